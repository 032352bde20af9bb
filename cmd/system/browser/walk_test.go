package browser_test
import "testing"
func walkAll(t *testing.T, c *chromium) {}
