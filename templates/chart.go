package templates

import (
	"strconv"
	"time"
)

// Day is how much was counted on one day.
type Day struct {
	Date  time.Time
	Count int64
}

// Chart is a bar chart of days, oldest first, drawn as inline SVG beside a table of the same figures.
type Chart struct {
	Title string // "Tokens issued per day"
	Days  []Day
}

// The drawing's measures, in units of its viewBox (720 by 240).
const (
	plotLeft, plotRight, plotTop, plotBottom = 64, 676, 16, 200
	plotWidth, plotHeight                    = plotRight - plotLeft, plotBottom - plotTop
)

// Bar is one day as drawn.
type Bar struct {
	X, Y, Width, Height int
	Day                 Day
	Label               string // date on the axis; empty on most bars
	LabelX              int
}

// Tick is one line of the scale as drawn.
type Tick struct {
	Y     int
	Label string
}

// Total is the sum of all days.
func (c Chart) Total() int64 {
	var n int64
	for _, d := range c.Days {
		n += d.Count
	}
	return n
}

// Bars are the days as drawn: every seventh, counted from today, has a label.
func (c Chart) Bars() []Bar {
	bars := make([]Bar, len(c.Days))
	top := c.top()
	for i, d := range c.Days {
		left, right := plotLeft+plotWidth*i/len(c.Days), plotLeft+plotWidth*(i+1)/len(c.Days)
		h := min(int(float64(d.Count)/float64(top)*plotHeight), plotHeight)
		if d.Count > 0 && h < 2 {
			h = 2
		}
		bars[i] = Bar{X: left + 2, Y: plotBottom - h, Width: max(right-left-4, 1), Height: h, Day: d, LabelX: (left + right) / 2}
		if (len(c.Days)-1-i)%7 == 0 {
			bars[i].Label = d.Date.UTC().Format("2 Jan")
		}
	}
	return bars
}

// Ticks are four steps of the scale and its zero.
func (c Chart) Ticks() []Tick {
	top := c.top()
	ticks := make([]Tick, 0, 5)
	for i := int64(0); i <= 4; i++ {
		ticks = append(ticks, Tick{Y: plotBottom - int(i*plotHeight/4), Label: compact(top * i / 4)})
	}
	return ticks
}

// compact writes 1,200 as 1.2k, so that labels stay narrow. Its numbers are quarters of what top gives.
func compact(n int64) string {
	for _, unit := range []struct {
		size int64
		name string
	}{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if n >= unit.size {
			return strconv.FormatFloat(float64(n)/float64(unit.size), 'f', -1, 64) + unit.name
		}
	}
	return strconv.FormatInt(n, 10)
}

// top is the end of the scale: the next of 4, 8, 12, 16, 20, 24, 32, 40, 80, 120 ... that no day exceeds.
func (c Chart) top() int64 {
	var most int64
	for _, d := range c.Days {
		most = max(most, min(d.Count, 1<<50)) // far from overflow
	}
	for scale := int64(1); ; scale *= 10 {
		for _, step := range []int64{4, 8, 12, 16, 20, 24, 32} {
			if step*scale >= most {
				return step * scale
			}
		}
	}
}
