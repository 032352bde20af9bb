package identity

import (
	"strings"
	"testing"
)

func TestDeviceInWords(t *testing.T) {
	t.Parallel()
	for want, agents := range map[string][]string{
		"Firefox on Linux":            {"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
		"Firefox on iPhone":           {"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/139.0 Mobile/15E148 Safari/605.1.15"},
		"Chrome on Windows":           {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"},
		"Edge on Windows":             {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0"},
		"Chrome on Android":           {"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36"},
		"Samsung Internet on Android": {"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36"},
		"Safari on macOS":             {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15"},
		"Safari on iPad":              {"Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1"},
		"Chrome on Linux":             {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/138.0.0.0 Safari/537.36"},
		"Curl":                        {"curl/8.5.0"},
		"A Go program":                {"Go-http-client/1.1"},
		"A browser on Windows":        {"Mozilla/5.0 (Windows NT 10.0)"},
		"An unknown device":           {"", "x", "\x00\xff", strings.Repeat("A", 1<<16)},
	} {
		for _, agent := range agents {
			if got := Device(agent); got != want {
				t.Errorf("%.80q is %q, want %q", agent, got, want)
			}
		}
	}
}

func FuzzDevice(f *testing.F) {
	f.Add("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	f.Add("<script>Chrome/\x00Windows")
	f.Fuzz(func(t *testing.T, agent string) {
		if words := Device(agent); words == "" || len(words) > 40 || strings.ContainsAny(words, "<>&\x00\r\n") {
			t.Errorf("%q is said to be %q", agent, words)
		}
	})
}
