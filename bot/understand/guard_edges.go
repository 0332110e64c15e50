package understand

// edgeMap is an open-addressing hash of (node, rune) to node: small, and no pointer for the collector.
type edgeMap struct {
	keys []uint64
	vals []int32
	n    int
	root []int32 // of node 0 by rune: most steps of a scan end here
}

func (m *edgeMap) init() {
	m.keys, m.vals, m.root = make([]uint64, 1<<16), make([]int32, 1<<16), make([]int32, 1<<16)
}

func edgeKey(node int32, r rune) uint64 { return uint64(node)<<32 | uint64(uint32(r)) } // r > 0, so never 0

func (m *edgeMap) at(k uint64) int {
	mask := len(m.keys) - 1
	i := int(k*0x9E3779B97F4A7C15>>40) & mask
	for m.keys[i] != 0 && m.keys[i] != k {
		i = (i + 1) & mask
	}
	return i
}

func (m *edgeMap) next(node int32, r rune) int32 {
	if node == 0 && int(r) < len(m.root) {
		if to := m.root[r]; to != 0 {
			return to
		}
		return -1
	}
	k := edgeKey(node, r)
	if i := m.at(k); m.keys[i] == k {
		return m.vals[i]
	}
	return -1
}

func (m *edgeMap) put(node int32, r rune, to int32) {
	if node == 0 && int(r) < len(m.root) {
		m.root[r] = to
		return
	}
	if 2*m.n >= len(m.keys) {
		old := *m
		m.keys, m.vals = make([]uint64, 2*len(old.keys)), make([]int32, 2*len(old.keys))
		for i, k := range old.keys {
			if k != 0 {
				j := m.at(k)
				m.keys[j], m.vals[j] = k, old.vals[i]
			}
		}
	}
	j := m.at(edgeKey(node, r))
	m.keys[j], m.vals[j] = edgeKey(node, r), to
	m.n++
}
