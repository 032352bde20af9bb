package client

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

func picture(width, height int) image.Image {
	p := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range p.Pix {
		p.Pix[i] = byte(i * 7)
	}
	return p
}

func pngOf(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gifOf(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bomb is a PNG whose header promises a size that its data does not have.
func bomb(t testing.TB, width, height uint32) []byte {
	data := bytes.Clone(pngOf(t, picture(1, 1)))
	binary.BigEndian.PutUint32(data[16:], width)
	binary.BigEndian.PutUint32(data[20:], height)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

func TestLogoR3(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		data []byte
		side int
		err  error
	}{
		{"120 pixels stay", pngOf(t, picture(120, 120)), 120, nil},
		{"more than 256 are shrunk", pngOf(t, picture(300, 300)), 256, nil},
		{"a JPEG becomes a PNG", jpegOf(t, picture(256, 256)), 256, nil},
		{"too small", pngOf(t, picture(119, 119)), 0, ErrLogoShape},
		{"not square", pngOf(t, picture(200, 199)), 0, ErrLogoShape},
		{"CWE-400 a header that promises 4 gigapixels", bomb(t, 65535, 65535), 0, ErrLogoShape},
		{"a header that promises more than there is", bomb(t, 200, 200), 0, ErrLogoFormat},
		{"a GIF", gifOf(t, picture(200, 200)), 0, ErrLogoFormat},
		{"DC-10 an SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), 0, ErrLogoFormat},
		{"nothing", nil, 0, ErrLogoFormat},
		{"more than 1 MB", make([]byte, MaxLogo+1), 0, ErrLogoSize},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			data, sum, err := encodeLogo(row.data)
			if !errors.Is(err, row.err) {
				t.Fatalf("got %v", err)
			}
			if err != nil {
				return
			}
			got, err := png.Decode(bytes.NewReader(data))
			if err != nil || got.Bounds().Dx() != row.side || got.Bounds().Dy() != row.side || len(sum) != 32 {
				t.Errorf("got %v, %q, %v", got.Bounds(), sum, err)
			}
		})
	}
}

func TestLogoKeepsNothingButThePicture(t *testing.T) {
	t.Parallel()
	data, _, err := encodeLogo(append(pngOf(t, picture(200, 200)), "<script>alert(1)</script>"...))
	if err != nil || bytes.Contains(data, []byte("script")) {
		t.Errorf("what was behind the picture came along: %v", err)
	}
}

func TestShrinkTakesTheMean(t *testing.T) {
	t.Parallel()
	p := image.NewRGBA(image.Rect(10, 10, 14, 14)) // not at the origin
	for y := 10; y < 14; y++ {
		for x := 10; x < 14; x++ {
			p.SetRGBA(x, y, color.RGBA{R: byte((x - 10) % 2 * 200), A: 255})
		}
	}
	if got := shrink(p, 2).At(1, 1); got != (color.RGBA{R: 100, A: 255}) {
		t.Errorf("got %v", got)
	}
}

func TestGivenIDs(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"": true, "app": true, "a.b_c~d-E9": true, strings.Repeat("a", 100): true,
		strings.Repeat("a", 101): false, "a b": false, "a/b": false, "..": false, ".": false, "a\n": false, "ä": false, "a%00": false,
	} {
		var p Problems
		if checkID(&p, id); (len(p) == 0) != want {
			t.Errorf("%q: %v", id, p)
		}
	}
}

func TestImportedSecrets(t *testing.T) {
	t.Parallel()
	for secret, want := range map[string]error{
		"0123456789abcdef": nil, "0123456789abcde": ErrSecret, strings.Repeat("x", 1025): ErrSecret,
		"0123456789 abcdef": ErrSecret, "0123456789abcdef\n": ErrSecret, "0123456789abcdéf": ErrSecret, "": ErrSecret,
	} {
		if _, _, err := importSecret(secret); !errors.Is(err, want) {
			t.Errorf("%q: %v", secret, err)
		}
	}
}

func FuzzLogo(f *testing.F) {
	f.Add(pngOf(f, picture(120, 120)))
	f.Add(jpegOf(f, picture(120, 120)))
	f.Add(bomb(f, 200, 200))
	f.Fuzz(func(t *testing.T, data []byte) {
		out, _, err := encodeLogo(data)
		if err != nil {
			return
		}
		if c, err := png.DecodeConfig(bytes.NewReader(out)); err != nil || c.Width != c.Height || c.Width > logoSide {
			t.Errorf("stored %+v, %v", c, err)
		}
	})
}
