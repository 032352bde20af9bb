package throttle_test

import (
	"fmt"
	"math"
	"net/netip"
	"sync"
	"testing"
	"time"

	"postern/authz/throttle"
)

func TestSketchFadesByHalf(t *testing.T) {
	t.Parallel()
	s := throttle.NewSketch(10, time.Hour)
	k := s.Key("a")
	for i := range 8 {
		if level := s.Add(k, noon); level != float64(i+1) {
			t.Fatalf("after %d: %v", i+1, level)
		}
	}
	for hours, want := range map[int]float64{0: 8, 1: 4, 2: 2, 3: 1} {
		if level, last := s.Level(k, noon.Add(time.Duration(hours)*time.Hour)); level != want || !last.Equal(noon) {
			t.Errorf("after %d h: %v, %v", hours, level, last)
		}
	}
	if level, _ := s.Level(k, noon.Add(-time.Hour)); level != 8 {
		t.Errorf("a clock set back: %v", level)
	}
}

func TestSketchNeverForgets(t *testing.T) {
	t.Parallel()
	s := throttle.NewSketch(4, time.Hour) // 16 cells: everything collides
	exact := map[string]int{}
	for i := range 2000 {
		name := fmt.Sprint(i % 97)
		s.Add(s.Key(name), noon)
		exact[name]++
		if i%3 == 0 {
			s.Refund(s.Key(name), noon)
			exact[name]--
		}
	}
	for name, n := range exact {
		if level, _ := s.Level(s.Key(name), noon); level < float64(n) {
			t.Errorf("%s failed %d times, its level is %v", name, n, level)
		}
	}
}

func TestRefundTakesBackWhatIsLeft(t *testing.T) {
	t.Parallel()
	s := throttle.NewSketch(10, time.Hour)
	k := s.Key("a")
	s.Add(k, noon)
	s.Add(k, noon.Add(time.Hour))
	s.Refund(k, noon) // half of it is left
	if level, _ := s.Level(k, noon.Add(time.Hour)); level != 1 {
		t.Errorf("level %v", level)
	}
}

func TestSketchHasACeiling(t *testing.T) {
	t.Parallel()
	s := throttle.NewSketch(1, time.Hour)
	k := s.Key("a")
	for range 100_000 {
		s.Add(k, noon)
	}
	if level, _ := s.Level(k, noon); level < 16_000 || math.IsInf(level, 0) {
		t.Errorf("level %v", level)
	}
}

func TestSketchCountsConcurrentFailures(t *testing.T) {
	t.Parallel()
	s := throttle.NewSketch(10, time.Hour)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 1000 {
				s.Add(s.Key("a"), noon)
			}
		})
	}
	all.Wait()
	if level, _ := s.Level(s.Key("a"), noon); level != 8000 {
		t.Errorf("level %v", level)
	}
}

func TestKeysHaveParts(t *testing.T) {
	t.Parallel()
	s := throttle.NewSketch(10, time.Hour)
	if s.Key("ab", "c") == s.Key("a", "bc") {
		t.Error("keys are not told apart by their parts")
	}
	if other := throttle.NewSketch(10, time.Hour); s.Key("a") == other.Key("a") {
		t.Error("two sketches hash alike")
	}
}

func TestLimiterSlowsTheAddressAlone(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		limiter *throttle.Limiter
		free    int
		most    time.Duration
	}{
		"client secrets": {throttle.NewSecretLimiter(), 50, time.Minute},
		"client ids":     {throttle.NewMissLimiter(), 100, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range row.free {
				if wait := row.limiter.Wait(here, noon); wait != 0 {
					t.Fatalf("failure %d waits %v", i, wait)
				}
				row.limiter.Fail(here, noon)
			}
			if wait := row.limiter.Wait(here, noon); wait != time.Second {
				t.Errorf("after %d: %v", row.free, wait)
			}
			for range 1000 {
				row.limiter.Fail(here, noon)
			}
			if wait := row.limiter.Wait(here, noon); wait != row.most {
				t.Errorf("after many: %v", wait)
			}
			if wait := row.limiter.Wait(netip.MustParseAddr("192.0.2.2"), noon); wait != 0 {
				t.Errorf("the neighbour waits %v", wait)
			}
			if wait := row.limiter.Wait(here, noon.Add(3*time.Hour)); wait != 0 {
				t.Errorf("three hours later: %v", wait)
			}
		})
	}
}

func BenchmarkLimiterWait(b *testing.B) {
	l := throttle.NewSecretLimiter()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			l.Wait(here, noon)
		}
	})
}

func BenchmarkSketchAdd(b *testing.B) {
	s := throttle.NewSketch(17, time.Hour)
	k := s.Key("a")
	b.ReportAllocs()
	for b.Loop() {
		s.Add(k, noon)
	}
}
