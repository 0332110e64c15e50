package understand

import (
	"crypto/sha256"
	_ "embed"
	"math/bits"
	"sync"
)

// This file finds what of a long text needs weighing for danger: a small model, of runs of one to three characters as
// they are written, that fits the processor's caches. It is learnt from what the model of danger is learnt from.

const (
	glanceBits = 16
	glanceStep = 24 // cells: a stretch begins and ends with a clause, or so far after the last place where it may
	glanceRoom = 24 // cells that a stretch has at most
	glanceEase = 98 // squares: so much more is in every stretch, for a short one says little
	glanceMost = 3  // stretches that are weighed: the most suspicious
	glanceBy   = 15 // squared suspicion by squares: no stretch is below
)

//go:embed glance.model
var glanceModel []byte

// glanceTable is the small model, read where it lies: by hash of a run two bytes, what it says for danger, signed, in 1/16,
// and the square of its rarity.
type glanceTable [2 << glanceBits]byte

// glances follow the digest of the lessons.
var glances = sync.OnceValue(func() *glanceTable {
	_, rest, ok := cutBytes(glanceModel, sha256.Size)
	if !ok || len(rest) != len(glanceTable{}) {
		panic("open glance.model: not of this release: run `make model`")
	}
	return (*glanceTable)(rest)
})

// scent is a rune on its way through runs, hashed.
type scent uint32

func smell(c rune) scent { return scent(uint32(c) * 0x9E3779B1) }

// runs hashes the runs that end with c, after a and b.
func runs(a, b, c scent) (one, two, three uint32) {
	const shift = 32 - glanceBits
	x := uint32(c)
	y := bits.RotateLeft32(uint32(b), 9) ^ x
	z := bits.RotateLeft32(uint32(a), 18) ^ y
	return x >> shift, y * 0x27D4EB2F >> shift, z * 0x165667B1 >> shift
}

// see gives what the runs say that end in cells, after a and b, and the squares of their rarities.
func (t *glanceTable) see(a, b scent, cells []cell) (says, squares int32) {
	for _, cell := range cells {
		c := smell(cell.rune())
		one, two, three := runs(a, b, c)
		x, y, z := (*[2]byte)(t[2*one:]), (*[2]byte)(t[2*two:]), (*[2]byte)(t[2*three:])
		says += int32(int8(x[0])) + int32(int8(y[0])) + int32(int8(z[0]))
		squares += int32(x[1]) + int32(y[1]) + int32(z[1])
		a, b = b, c
	}
	return says, squares
}

// runsOf adds the hashes of all runs of a text.
func runsOf(dst []uint32, cells []cell) []uint32 {
	a, b := smell(stop), smell(stop)
	add := func(r rune) {
		c := smell(r)
		one, two, three := runs(a, b, c)
		dst = append(dst, one, two, three)
		if a, b = b, c; r == stop { // what ends says nothing about what begins
			a = b
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

// suspects gives the most suspicious stretches of a text.
func (w *sheet) suspects() []stretch {
	g, cells := glances(), w.cells
	seen, all := append(w.glimpses[:0], glimpse{}), w.stretches[:0]
	none := smell(stop)
	a, b, here := none, none, glimpse{}
	see := func(cells []cell) {
		says, squares := g.see(a, b, cells)
		here.says, here.squares = here.says+says, here.squares+squares
	}
	for from := 0; from < len(cells); {
		to, most := from+1, min(len(cells), from+glanceStep)
		for to < most && !cells[to].cut() {
			to++
		}
		see(cells[from:to])
		a, b = none, smell(cells[to-1].rune())
		if to-from > 1 {
			a = smell(cells[to-2].rune())
		}
		if to == len(cells) || cells[to].cut() {
			see(ending[:])
			a, b = none, none // what ends says nothing about what begins
		}
		here.at = int32(to)
		worst := stretch{to: here.at}
		for k := len(seen) - 1; k >= 0 && here.at-seen[k].at <= glanceRoom; k-- {
			if says := float32(here.says - seen[k].says); says > 0 {
				if by := says * says / float32(here.squares-seen[k].squares+glanceEase); by > worst.says {
					worst.from, worst.says = seen[k].at, by
				}
			}
		}
		if worst.says > glanceBy {
			all = append(all, worst)
		}
		seen, from = append(seen, here), to
	}
	w.glimpses, w.stretches = seen, all
	return worst(all)
}

var ending = [1]cell{stop}

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
