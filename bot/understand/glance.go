package understand

import (
	"crypto/sha256"
	_ "embed"
	"sync"
)

// This file finds what of a long text needs weighing for danger: a small model, of runs of one to three characters as
// they are written, that fits the processor's caches. It is learnt from what the model of danger is learnt from.

const (
	glanceBits = 16
	glanceStep = 24    // cells: a stretch begins and ends with a clause, or so far after the last place where it may
	glanceRoom = 48    // cells that a stretch has at most
	glanceEase = 25000 // squares: so much more is in every stretch, for a short one says little
	glanceMost = 4     // stretches that are weighed: the most suspicious
	glanceBy   = 0.8   // none is below
)

//go:embed glance.model
var glanceModel []byte

// glances is the small model, read where it lies: the digest of the lessons, then by hash of a run two bytes, what it says
// for danger, signed, and its rarity, both in 1/16.
var glances = sync.OnceValue(func() *[2 << glanceBits]byte {
	_, rest, ok := cutBytes(glanceModel, sha256.Size)
	if !ok || len(rest) != 2<<glanceBits {
		panic("open glance.model: not of this release: run `make model`")
	}
	return (*[2 << glanceBits]byte)(rest)
})

// runs hashes the runs that end with c, after a and b.
func runs(a, b, c rune) (one, two, three uint32) {
	const shift = 32 - glanceBits
	x, y, z := uint32(c)*0x9E3779B1, uint32(b)*0x85EBCA77, uint32(a)*0xC2B2AE3D
	return x >> shift, (x ^ y) * 0x27D4EB2F >> shift, (x ^ y ^ z) * 0x165667B1 >> shift
}

// runsOf adds the hashes of all runs of a text.
func runsOf(dst []uint32, cells []cell) []uint32 {
	a, b := rune(stop), rune(stop)
	add := func(c rune) {
		one, two, three := runs(a, b, c)
		dst = append(dst, one, two, three)
		if a, b = b, c; c == stop { // what ends says nothing about what begins
			a = stop
		}
	}
	for i, c := range cells {
		if c.cut() && i > 0 {
			add(stop)
		}
		add(c.rune())
	}
	add(stop)
	return dst
}

// glimpse is all that was seen up to a cell, where a stretch may begin and end.
type glimpse struct{ at, says, squares int32 }

// stretch is a run of cells, and the square of how suspicious it is: of those that end in one place the worst.
type stretch struct {
	from, to int32
	says     float32
}

// suspects gives the most suspicious stretches of a text. Of 900 texts that the model of danger knows for dangerous 3 are
// missed within 600 harmless characters, 7 within 5000: TestGlance.
func (w *sheet) suspects() []stretch {
	g := glances()
	seen, all := w.glimpses[:0], w.stretches[:0]
	var says, squares int32
	last := 0
	a, b := rune(stop), rune(stop)
	add := func(c rune) {
		one, two, three := runs(a, b, c)
		x, y, z := (*[2]byte)(g[2*one:]), (*[2]byte)(g[2*two:]), (*[2]byte)(g[2*three:])
		says += int32(int8(x[0])) + int32(int8(y[0])) + int32(int8(z[0]))
		p, q, r := int32(x[1]), int32(y[1]), int32(z[1])
		squares += p*p + q*q + r*r
		if a, b = b, c; c == stop { // what ends says nothing about what begins
			a = stop
		}
	}
	for i := 0; i <= len(w.cells); i++ {
		ends := i == len(w.cells) || w.cells[i].cut()
		if ends && i > 0 {
			add(stop)
		}
		if ends || i-last >= glanceStep {
			here := glimpse{int32(i), says, squares}
			worst := stretch{to: here.at}
			for k := len(seen) - 1; k >= 0 && here.at-seen[k].at <= glanceRoom; k-- {
				from := seen[k]
				if says := float32(here.says - from.says); says > 0 {
					if by := says * says / float32(here.squares-from.squares+glanceEase); by > worst.says {
						worst.from, worst.says = from.at, by
					}
				}
			}
			if worst.says > glanceBy*glanceBy {
				all = append(all, worst)
			}
			seen, last = append(seen, here), i
		}
		if i < len(w.cells) {
			add(w.cells[i].rune())
		}
	}
	w.glimpses, w.stretches = seen, all
	return worst(all)
}

// worst moves the most suspicious stretches to the front, at most glanceMost, none of which overlaps another.
func worst(all []stretch) []stretch {
	for n := range glanceMost {
		for i := n + 1; i < len(all); i++ {
			if all[i].says > all[n].says {
				all[n], all[i] = all[i], all[n]
			}
		}
		left := all[:min(n+1, len(all))]
		for _, s := range all[len(left):] {
			if s.to <= all[n].from || s.from >= all[n].to {
				left = append(left, s)
			}
		}
		all = left
	}
	return all[:min(len(all), glanceMost)]
}
