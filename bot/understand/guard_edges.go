package understand

// edgeMap is an open-addressing hash of (node, rune) to node: small, and no pointer for the collector. A slot holds
// both and where the edge leads: 21, 21 and 22 bits.
type edgeMap struct {
	slots []uint64
	known []uint64 // a bit for each hash: most walks end at an edge that isn't there, and this little fits the nearest cache
	n     int
	root  []int32 // of node 0 by rune: most steps of a scan end here
}

func (m *edgeMap) init(room int) {
	m.slots, m.known, m.root = make([]uint64, room), make([]uint64, room/16), make([]int32, 1<<16)
}

func edgeKey(node int32, r rune) uint64 { return uint64(node)<<21 | uint64(r) } // r > 0, so never 0

func edgeHash(k uint64) int { return int(k * 0x9E3779B97F4A7C15 >> 36) }

func (m *edgeMap) at(k uint64, hash int) int {
	mask := len(m.slots) - 1
	i := hash & mask
	for m.slots[i] != 0 && m.slots[i]>>22 != k {
		i = (i + 1) & mask
	}
	return i
}

// bit is where known tells of a hash.
func (m *edgeMap) bit(hash int) (word int, bit uint64) {
	return hash >> 6 & (len(m.known) - 1), 1 << (hash & 63)
}

func (m *edgeMap) next(node int32, r rune) int32 {
	if node == 0 && int(r) < len(m.root) {
		if to := m.root[r]; to != 0 {
			return to
		}
		return -1
	}
	k := edgeKey(node, r)
	hash := edgeHash(k)
	if word, bit := m.bit(hash); m.known[word]&bit == 0 {
		return -1
	}
	if s := m.slots[m.at(k, hash)]; s != 0 {
		return int32(s & (1<<22 - 1))
	}
	return -1
}

func (m *edgeMap) put(node int32, r rune, to int32) {
	if node == 0 && int(r) < len(m.root) {
		m.root[r] = to
		return
	}
	if 2*m.n >= len(m.slots) {
		old := m.slots
		m.slots, m.known = make([]uint64, 2*len(old)), make([]uint64, 2*len(m.known))
		for _, s := range old {
			if s != 0 {
				m.set(s)
			}
		}
	}
	m.set(edgeKey(node, r)<<22 | uint64(to))
	m.n++
}

func (m *edgeMap) set(slot uint64) {
	k := slot >> 22
	hash := edgeHash(k)
	m.slots[m.at(k, hash)] = slot
	word, bit := m.bit(hash)
	m.known[word] |= bit
}
