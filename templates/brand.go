package templates

import (
	"fmt"
	"math"
	"strconv"
)

// The colours that an accent is measured against (LOOK.md): text needs 4.5:1 (WCAG 2.2, 1.4.3).
const minContrast = 4.5

var (
	lightPage   = colour{0xfa, 0xfa, 0xf9} // darker than the light surface, so harder to read on
	darkSurface = colour{0x1c, 0x19, 0x17} // lighter than the dark page, so harder to read on
	white       = colour{0xff, 0xff, 0xff}
	black       = colour{}
	nearBlack   = colour{0x0c, 0x0a, 0x09}
)

// BrandCSS makes the stylesheet that gives the pages the operator's accent, #rrggbb. What is too pale for text on the
// light page is darkened until it reaches 4.5:1, what is too dark for text on the dark surface lightened likewise; text
// on the accent is white or near black, whichever reads better. An empty accent leaves app.css's teal.
func BrandCSS(accent string) ([]byte, error) {
	if accent == "" {
		return []byte("/* no accent of its own */\n"), nil
	}
	c, err := parseColour(accent)
	if err != nil {
		return nil, err
	}
	light, dark := readable(c, lightPage, black), readable(c, darkSurface, white)
	const css = ":root{--accent:%s;--on-accent:%s}\n@media(prefers-color-scheme:dark){:root{--accent:%s;--on-accent:%s}}\n"
	return fmt.Appendf(nil, css, light, textOn(light), dark, textOn(dark)), nil
}

// colour is red, green and blue, 0 to 255.
type colour [3]uint8

func parseColour(s string) (colour, error) {
	if len(s) != 7 || s[0] != '#' {
		return colour{}, fmt.Errorf("accent %q: want #rrggbb", s)
	}
	n, err := strconv.ParseUint(s[1:], 16, 32)
	if err != nil {
		return colour{}, fmt.Errorf("accent %q: want #rrggbb", s)
	}
	return colour{uint8(n >> 16), uint8(n >> 8), uint8(n)}, nil
}

func (c colour) String() string { return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2]) }

// readable moves c towards end in small steps until it reaches minContrast on ground.
func readable(c, ground, end colour) colour {
	const steps = 50
	for i := range steps {
		if mixed := c.mix(end, float64(i)/steps); contrast(mixed, ground) >= minContrast {
			return mixed
		}
	}
	return end
}

func (c colour) mix(with colour, share float64) colour {
	var out colour
	for i := range c {
		out[i] = uint8(math.Round(float64(c[i])*(1-share) + float64(with[i])*share))
	}
	return out
}

func textOn(ground colour) colour {
	if contrast(white, ground) >= contrast(nearBlack, ground) {
		return white
	}
	return nearBlack
}

// contrast is WCAG's ratio of two colours, 1 to 21.
func contrast(a, b colour) float64 {
	la, lb := a.luminance(), b.luminance()
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// luminance is WCAG's relative luminance, 0 to 1.
func (c colour) luminance() float64 {
	linear := func(v uint8) float64 {
		if s := float64(v) / 255; s > 0.04045 {
			return math.Pow((s+0.055)/1.055, 2.4)
		} else {
			return s / 12.92
		}
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}
