package understand

import (
	"cmp"
	"slices"
)

// trie finds words. The edges from a node stand together, and what follows them near: a walk touches few lines of memory.
type trie struct {
	edges []edge
	heads []head   // open addressing, by the hash of the first two runes
	marks []begins // by the same hash: those of all longer words that may begin so
}

// edge leads to a node by a rune of the first plane. From the lowest bits: what the word says that ends there, plus 1 (18
// bits); how many edges leave the node (10), and where they stand (20); the rune (16). 0 is none.
type edge uint64

func (e edge) rune() rune            { return rune(e >> 48) }
func (e edge) leaves() (from, n int) { return int(e >> 28 & (1<<20 - 1)), int(e >> 18 & (1<<10 - 1)) }

// word gives what the word says that ends here; −1: none does.
func (e edge) word() int { return int(e&(1<<18-1)) - 1 }

// head is how words begin: with two runes, or one and 0.
type head struct {
	runes  uint32
	thirds uint32 // a bit for each third rune that may follow
	edge   edge
}

// third is the bit of a third rune.
func third(r rune) uint32 { return 1 << (uint32(r) * 0x9E3779B1 >> 27) }

const headBits = 15

func headHash(a, b rune) uint32 {
	return (uint32(a)*0x9E3779B1 ^ uint32(b)*0x85EBCA77) * 0xC2B2AE3D >> (32 - headBits)
}

// head gives how words begin by their first two runes, or by one and 0; no edge: none does.
func (t *trie) head(a, b rune) head {
	if a|b > 0xFFFF {
		return head{}
	}
	key := uint32(a)<<16 | uint32(b)
	for i := int(headHash(a, b)) & (len(t.heads) - 1); t.heads[i].edge != 0; i = (i + 1) & (len(t.heads) - 1) {
		if t.heads[i].runes == key {
			return t.heads[i]
		}
	}
	return head{}
}

// next gives the edge from where another leads.
func (t *trie) next(e edge, r rune) edge {
	from, n := e.leaves()
	list := t.edges[from : from+n]
	for len(list) > 8 {
		if half := len(list) / 2; list[half].rune() <= r {
			list = list[half:]
		} else {
			list = list[:half]
		}
	}
	for _, e := range list {
		if e.rune() == r {
			return e
		}
	}
	return 0
}

// planted is a trie that grows: a hash of (node, rune) to node, in slots of 21, 21 and 22 bits.
type planted struct {
	slots []uint64
	n     int
	nodes int32
	ends  []int32 // by node: its word, counted from 1
	words int
	marks []begins
}

func plant(room int) *planted {
	return &planted{slots: make([]uint64, room), nodes: 1, marks: make([]begins, 1<<headBits)}
}

func (p *planted) at(key uint64) int {
	mask := len(p.slots) - 1
	i := int(key*0x9E3779B97F4A7C15>>36) & mask
	for p.slots[i] != 0 && p.slots[i]>>22 != key {
		i = (i + 1) & mask
	}
	return i
}

// put adds a word, and gives its number. Words are of runes of the first plane.
func (p *planted) put(word []rune, mark begins) int {
	node := int32(0)
	for _, r := range word {
		if r > 0xFFFF {
			panic("trie: " + string(word))
		}
		key := uint64(node)<<21 | uint64(r) // r > 0, so never 0
		i := p.at(key)
		if p.slots[i] == 0 {
			if 4*p.n >= 3*len(p.slots) {
				old := p.slots
				p.slots = make([]uint64, 2*len(old))
				for _, s := range old {
					if s != 0 {
						p.slots[p.at(s>>22)] = s
					}
				}
				i = p.at(key)
			}
			p.slots[i] = key<<22 | uint64(p.nodes)
			p.n++
			p.nodes++
		}
		node = int32(p.slots[i] & (1<<22 - 1))
	}
	for int(node) >= len(p.ends) {
		p.ends = append(p.ends, 0)
	}
	if p.ends[node] == 0 {
		p.words++
		p.ends[node] = int32(p.words)
	}
	if len(word) > 1 {
		p.marks[headHash(word[0], word[1])] |= mark
	}
	return int(p.ends[node]) - 1
}

// trie gives what has grown. says gives what a word says, by its number: at most 2^18-2.
func (p *planted) trie(says func(word int) int) trie {
	p.ends = append(p.ends, make([]int32, int(p.nodes)-len(p.ends))...)
	from := make([]int32, p.nodes+1) // by node: where its edges stand
	for _, s := range p.slots {
		if s != 0 {
			from[s>>43+1]++
		}
	}
	for i := range from[1:] {
		from[i+1] += from[i]
	}
	free := slices.Clone(from)
	edges := make([]edge, p.n)
	for _, s := range p.slots {
		if s == 0 {
			continue
		}
		node, to := s>>43, s&(1<<22-1)
		end := 0
		if p.ends[to] > 0 {
			end = says(int(p.ends[to])-1) + 1
		}
		if n := from[to+1] - from[to]; n >= 1<<10 || p.n >= 1<<20 || end >= 1<<18 {
			panic("trie: too many words for an edge's bits")
		}
		edges[free[node]] = edge(s>>22&0xFFFF<<48 | uint64(from[to])<<28 | uint64(from[to+1]-from[to])<<18 | uint64(end))
		free[node]++
	}
	for i := range from[1:] {
		slices.SortFunc(edges[from[i]:from[i+1]], func(a, b edge) int { return cmp.Compare(a, b) })
	}
	t := trie{edges: edges, marks: p.marks}
	var heads []head
	for _, one := range edges[:from[1]] { // from the root
		if one.word() >= 0 {
			heads = append(heads, head{runes: uint32(one.rune()) << 16, edge: one})
		}
		at, n := one.leaves()
		for _, two := range edges[at : at+n] {
			h := head{runes: uint32(one.rune())<<16 | uint32(two.rune()), edge: two}
			at, n := two.leaves()
			for _, three := range edges[at : at+n] {
				h.thirds |= third(three.rune())
			}
			heads = append(heads, h)
		}
	}
	size := 1
	for size < 2*len(heads) {
		size *= 2
	}
	t.heads = make([]head, size)
	for _, h := range heads {
		i := int(headHash(rune(h.runes>>16), rune(h.runes&0xFFFF))) & (size - 1)
		for t.heads[i].edge != 0 {
			i = (i + 1) & (size - 1)
		}
		t.heads[i] = h
	}
	return t
}
