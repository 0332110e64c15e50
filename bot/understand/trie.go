package understand

// trie holds words. It is an open-addressing hash of (node, rune) to edge: small, and no pointer for the collector. A slot
// holds all three: 21, 21 and 22 bits.
type trie struct {
	slots []uint64
	known []uint64 // a bit for each hash: most walks end at an edge that isn't there, and this little fits the nearest cache
	n     int
	root  []edge // of node 0 by rune
	pairs []byte // by hash of two runes: what of mark words hold that begin with them
	nodes int32
}

// edge leads to a node, counted from 1; 0 is none.
type edge int32

const (
	endsWord edge = 1 << iota // a word ends at the node
	leadsOn                   // more edges begin there
	edgeFlags
)

func (e edge) node() int32 { return int32(e / edgeFlags) }

func newTrie(room int) trie {
	return trie{slots: make([]uint64, room), known: make([]uint64, room/16), root: make([]edge, 1<<16), pairs: make([]byte, 1<<pairBits)}
}

const pairBits = 15

func pairHash(a, b rune) uint32 {
	return (uint32(a)*0x9E3779B1 ^ uint32(b)*0x85EBCA77) * 0xC2B2AE3D >> (32 - pairBits)
}

// pair joins the marks of the words that may begin with two runes.
func (t *trie) pair(a, b rune) byte { return t.pairs[pairHash(a, b)] }

func edgeKey(node int32, r rune) uint64 { return uint64(node)<<21 | uint64(r) } // r > 0, so never 0

func edgeHash(k uint64) int { return int(k * 0x9E3779B97F4A7C15 >> 36) }

func (t *trie) at(k uint64, hash int) int {
	mask := len(t.slots) - 1
	i := hash & mask
	for t.slots[i] != 0 && t.slots[i]>>22 != k {
		i = (i + 1) & mask
	}
	return i
}

// bit is where known tells of a hash.
func (t *trie) bit(hash int) (word int, bit uint64) {
	return hash >> 6 & (len(t.known) - 1), 1 << (hash & 63)
}

// next gives the edge from a node by a rune.
func (t *trie) next(node int32, r rune) edge {
	if node == 0 && int(r) < len(t.root) {
		return t.root[r]
	}
	k := edgeKey(node, r)
	hash := edgeHash(k)
	if word, bit := t.bit(hash); t.known[word]&bit == 0 {
		return 0
	}
	return edge(t.slots[t.at(k, hash)] & (1<<22 - 1))
}

// put adds a word, and gives the node at its end.
func (t *trie) put(word []rune, mark byte) int32 {
	if len(word) > 1 {
		t.pairs[pairHash(word[0], word[1])] |= mark
	}
	node := int32(0)
	for i, r := range word {
		e := t.next(node, r)
		if e == 0 {
			t.nodes++
			e = edge(t.nodes) * edgeFlags
		}
		if i == len(word)-1 {
			e |= endsWord
		} else {
			e |= leadsOn
		}
		t.set(node, r, e)
		node = e.node()
	}
	return node
}

func (t *trie) set(node int32, r rune, e edge) {
	if node == 0 && int(r) < len(t.root) {
		t.root[r] = e
		return
	}
	if 2*t.n >= len(t.slots) {
		old := t.slots
		t.slots, t.known = make([]uint64, 2*len(old)), make([]uint64, 2*len(t.known))
		for _, s := range old {
			if s != 0 {
				t.fill(s)
			}
		}
	}
	if t.fill(edgeKey(node, r)<<22 | uint64(e)) {
		t.n++
	}
}

// fill says whether the slot is new.
func (t *trie) fill(slot uint64) bool {
	k := slot >> 22
	hash := edgeHash(k)
	i := t.at(k, hash)
	fresh := t.slots[i] == 0
	t.slots[i] = slot
	word, bit := t.bit(hash)
	t.known[word] |= bit
	return fresh
}
