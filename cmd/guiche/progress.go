package main

import "time"

// counting gives what logs how far long work is: nothing in its first second, then at most a line a second.
func (p *program) counting(work string) func(done int64) {
	last := p.now()
	return func(done int64) {
		if now := p.now(); now.Sub(last) >= time.Second {
			last = now
			p.log.Info("under way", "work", work, "done", done)
		}
	}
}

// naming logs once what work is under way that cannot be counted, unless end is called within a second.
func (p *program) naming(work string) (end func() bool) {
	return time.AfterFunc(time.Second, func() { p.log.Info("under way", "work", work) }).Stop
}
