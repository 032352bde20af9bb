package password

// Occupy takes every place to compute and returns how many there were.
func (h *Hasher) Occupy() int {
	for n := 0; ; n++ {
		select {
		case h.slots <- struct{}{}:
		default:
			return n
		}
	}
}
