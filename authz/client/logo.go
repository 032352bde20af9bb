package client

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"image/color"
	"image/draw"
	_ "image/jpeg" // registers the format
	"image/png"
)

// The bounds of a logo.
const (
	MaxLogo     = 1 << 20 // bytes
	MinLogoSide = 120     // pixels
	maxLogoSide = 2048    // pixels: 16 MiB decoded
	logoSide    = 256     // pixels, as stored
)

// Why an image is refused. The texts are for the person who sent it.
var (
	ErrLogoSize   = errors.New("a logo has at most 1 MB")
	ErrLogoFormat = errors.New("a logo is a PNG or JPEG image")
	ErrLogoShape  = errors.New("a logo is square, 120 to 2,048 pixels wide")
)

// encodeLogo turns a foreign image into a PNG of our own making, at most 256 pixels wide, and its checksum. Whatever else
// the file carried is gone. The size is read before anything is decoded.
func encodeLogo(data []byte) (pngData []byte, sum string, err error) {
	if len(data) > MaxLogo {
		return nil, "", ErrLogoSize
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || format != "png" && format != "jpeg" {
		return nil, "", ErrLogoFormat
	}
	if config.Width != config.Height || config.Width < MinLogoSide || config.Width > maxLogoSide {
		return nil, "", ErrLogoShape
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, "", ErrLogoFormat
	}
	var out bytes.Buffer
	if err := png.Encode(&out, shrink(picture, min(config.Width, logoSide))); err != nil {
		return nil, "", ErrLogoFormat
	}
	hash := sha256.Sum256(out.Bytes())
	return out.Bytes(), hex.EncodeToString(hash[:16]), nil
}

// shrink draws a square picture at another size; each pixel is the mean of those that it covers.
func shrink(picture image.Image, side int) image.Image {
	bounds := picture.Bounds()
	source := image.NewRGBA(image.Rect(0, 0, bounds.Dx(), bounds.Dy()))
	draw.Draw(source, source.Bounds(), picture, bounds.Min, draw.Src)
	if bounds.Dx() == side {
		return source
	}
	small := image.NewRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			small.SetRGBA(x, y, mean(source, area(x, y, side, bounds.Dx())))
		}
	}
	return small
}

// area is the part of a square of size from that becomes pixel x, y of one of size to.
func area(x, y, to, from int) image.Rectangle {
	return image.Rect(x*from/to, y*from/to, (x+1)*from/to, (y+1)*from/to)
}

func mean(source *image.RGBA, r image.Rectangle) color.RGBA {
	var sum [4]int
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := source.Pix[source.PixOffset(r.Min.X, y):source.PixOffset(r.Max.X, y)]
		for i, v := range row {
			sum[i%4] += int(v)
		}
	}
	n := r.Dx() * r.Dy()
	return color.RGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), uint8(sum[3] / n)}
}
