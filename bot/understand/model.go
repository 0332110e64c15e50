package understand

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
)

// Model is what was learnt from wordings: for each class, what each feature speaks for or against it. It is read
// from its packed form in place, and never changed.
//
// Packed, little endian: magic, the digest of the lessons, 4 counts of 32 bits (slots, weights, classes, lessons), then
//
//	entries  slots × 64        a hash table, see slots; 0 is free
//	says     weights × 24      a class, of 16 bits, and how much it is spoken for: signed, in steps of the class
//	steps    classes × 32      float
//	always   classes × 32      float: what speaks for the class before anything is read
//	lessons  lessons × 32      hashes of the flows' examples that it was taught, sorted
//	names    the rest          by lines
type Model struct {
	entries, says, lessons []byte
	steps, always          []float32
	names                  []string
	index                  map[string]int
	flows                  []int // the classes of flows

	// Digest is that of the lessons that it was learnt from.
	Digest [sha256.Size]byte
}

const (
	modelMagic = "hogushi6"
	maxClasses = 1 << 10
)

// entry is all that a model knows of a feature, in one place: most of the time goes into waiting for memory. From the
// lowest bits: the lower half of the feature (16 bits), its rarity in 1/16 (8, never 0), then what it says. In a model
// of few classes that is 8 bits for each class, signed; else how many weights (12 bits) from where (28).
type entry uint64

// fewClasses is how many classes an entry has room for.
const fewClasses = 5

func (e entry) tag() uint16         { return uint16(e) }
func (e entry) rarity() int         { return int(uint8(e >> 16)) }
func (e entry) value() float32      { return float32(uint8(e>>16)) / 16 }
func (e entry) says(class int) int8 { return int8(e >> (24 + 8*class)) }
func (e entry) span() (from, n int) { return int(e >> 36), int(e >> 24 & 0xFFF) }

// OpenModel reads a packed model. It keeps b.
func OpenModel(b []byte) (*Model, error) {
	magic, rest, ok := cutBytes(b, len(modelMagic))
	digest, rest, ok1 := cutBytes(rest, sha256.Size)
	head, rest, ok2 := cutBytes(rest, 16)
	if !ok || !ok1 || !ok2 || string(magic) != modelMagic {
		return nil, errors.New("open model: not a model of this release: run `make model`")
	}
	n := func(i int) int { return int(binary.LittleEndian.Uint32(head[4*i:])) }
	slots, weights, classes := n(0), n(1), n(2)
	m := &Model{index: map[string]int{}, Digest: [sha256.Size]byte(digest)}
	var steps, always []byte
	for _, part := range []struct {
		to   *[]byte
		size int
	}{
		{&m.entries, 8 * slots}, {&m.says, 3 * weights}, {&steps, 4 * classes}, {&always, 4 * classes}, {&m.lessons, 4 * n(3)},
	} {
		if *part.to, rest, ok = cutBytes(rest, part.size); !ok {
			return nil, errors.New("open model: cut short: run `make model`")
		}
	}
	m.steps, m.always = floats(steps), floats(always)
	m.names = strings.Split(string(bytes.TrimSuffix(rest, []byte("\n"))), "\n")
	if slots == 0 || slots%perBucket != 0 {
		return nil, fmt.Errorf("open model: %d slots: run `make model`", slots)
	}
	if len(m.names) != classes || classes > maxClasses {
		return nil, fmt.Errorf("open model: %d names of %d classes: run `make model`", len(m.names), classes)
	}
	for i, name := range m.names {
		m.index[name] = i
		if strings.HasPrefix(name, "flow ") {
			m.flows = append(m.flows, i)
		}
	}
	return m, nil
}

func cutBytes(b []byte, n int) (head, rest []byte, ok bool) {
	if n < 0 || len(b) < n {
		return nil, nil, false
	}
	return b[:n:n], b[n:], true
}

func floats(b []byte) []float32 {
	f := make([]float32, len(b)/4)
	for i := range f {
		f[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return f
}

func u32(b []byte, i int) int { return int(binary.LittleEndian.Uint32(b[4*i:])) }
func u16(b []byte, i int) int { return int(binary.LittleEndian.Uint16(b[2*i:])) }

func (m *Model) entry(i int) entry { return entry(binary.LittleEndian.Uint64(m.entries[8*i:])) }

// perBucket is how many slots a bucket has. What is too much for one goes on into the next.
const perBucket = 4

// slots is how many slots features take. A third stays free. There are so many buckets that the lower half of a feature
// tells it from all that share one, or the next.
func slots(features int) int { return perBucket * max(1<<17, features*3/2/perBucket) }

// place gives where the bucket of a feature begins.
func (m *Model) place(f feature) int {
	return perBucket * int(uint64(f)*uint64(len(m.entries)/8/perBucket)>>32)
}

// search gives what is known of a feature, from its place on; 0 for one that was never seen.
func (m *Model) search(f feature, i int) entry {
	for range slotsSearched {
		e := m.entry(i)
		if e == 0 || e.tag() == uint16(f) {
			return e
		}
		if i++; 8*i == len(m.entries) {
			i = 0
		}
	}
	return 0
}

// slotsSearched bounds a search; learning fails where that is too few.
const slotsSearched = 32

// look finds many features at once. First it only touches where they should lie: memory is asked for all of them
// together then, not for one after another.
func (m *Model) look(dst []entry, list []feature) []entry {
	n := len(dst)
	dst = slices.Grow(dst, len(list))[:n+len(list)]
	found := dst[n:]
	for i, f := range list {
		found[i] = m.entry(m.place(f))
	}
	for i, f := range list {
		if e := found[i]; e != 0 && e.tag() != uint16(f) {
			found[i] = m.search(f, m.place(f)+1)
		}
	}
	return dst
}

// reading is a text as a model knows it.
type reading struct {
	*features
	known []entry // by feature: 0 for one that was never seen
}

// read looks the features of a text up.
func (m *Model) read(fs *features, text string) reading {
	fs.read(text)
	return m.reading(fs)
}

func (m *Model) reading(fs *features) reading {
	fs.known = m.look(fs.known[:0], fs.list)
	return reading{fs, fs.known}
}

// maxWeighed is how many features of a text count: of a longer one, the rarest.
const maxWeighed = 400

// pageWeighed is how many features of more than a page count.
const pageWeighed = 100

// whole gives what a whole text says for each class: about 1 is for sure, −1 against.
func (m *Model) whole(dst []float32, r reading) []float32 {
	return m.score(dst, r, 0, len(r.known), maxWeighed, true)
}

// part gives the same for one sentence, by so many features at most.
func (m *Model) part(dst []float32, r reading, k, most int) []float32 {
	from := 0
	if k > 0 {
		from = r.ends[k-1]
	}
	return m.score(dst, r, from, r.ends[k], most, false)
}

// score adds up what the features of a stretch say. Rarer ones count more; of a text, the squares add up to 1.
func (m *Model) score(dst []float32, r reading, from, to, most int, once bool) []float32 {
	known := r.known[from:to]
	counts, squares := r.count(from, to, most, once)
	if squares == 0 {
		return append(dst, m.always...)
	}
	by := 1 / float32(math.Sqrt(float64(squares)))
	if len(m.always) <= fewClasses {
		for c, said := range few(known, counts) {
			if c < len(m.always) {
				dst = append(dst, m.always[c]+m.steps[c]*by*float32(said))
			}
		}
		return dst
	}
	acc := &r.sums
	clear(acc[:len(m.always)])
	for i, e := range known {
		if counts[i] == 0 {
			continue
		}
		v := by * float32(counts[i])
		from, n := e.span()
		says := m.says[3*from : 3*(from+n)]
		for ; len(says) >= 12; says = says[12:] { // four at a time take half as long
			s := (*[12]byte)(says)
			acc[class(s[0], s[1])] += v * float32(int8(s[2]))
			acc[class(s[3], s[4])] += v * float32(int8(s[5]))
			acc[class(s[6], s[7])] += v * float32(int8(s[8]))
			acc[class(s[9], s[10])] += v * float32(int8(s[11]))
		}
		for ; len(says) >= 3; says = says[3:] {
			acc[class(says[0], says[1])] += v * float32(int8(says[2]))
		}
	}
	for c, always := range m.always {
		dst = append(dst, always+m.steps[c]*acc[c])
	}
	return dst
}

// count gives how much each feature of a stretch counts, and the sum of the squares: by its rarity, and nothing what was
// never seen, what was counted in an earlier sentence, with once, or what is less rare than as many as there is room for.
func (r reading) count(from, to, room int, once bool) (counts []uint8, squares int) {
	counts = slices.Grow(r.counts[:0], to-from)[:to-from]
	r.counts = counts
	again := r.again[from:to]
	for i, e := range r.known[from:to] {
		by := e.rarity()
		if once && again[i] {
			by = 0
		}
		counts[i] = uint8(by)
		squares += by * by
	}
	if len(counts) <= room {
		return counts, squares
	}
	var of [256]int // features by rarity
	for _, by := range counts {
		of[by]++
	}
	least := 256
	for least > 1 && room >= of[least-1] {
		least--
		room -= of[least]
	}
	squares = 0
	for i, by := range counts {
		if int(by) < least {
			by = 0
		}
		counts[i] = by
		squares += int(by) * int(by)
	}
	return counts, squares
}

// few adds up what entries of a model of few classes say, by how much they count.
func few(known []entry, counts []uint8) [fewClasses]int {
	var a, b, c, d, e int
	counts = counts[:len(known)]
	for i, k := range known {
		by := int(counts[i])
		a += by * int(k.says(0))
		b += by * int(k.says(1))
		c += by * int(k.says(2))
		d += by * int(k.says(3))
		e += by * int(k.says(4))
	}
	return [fewClasses]int{a, b, c, d, e}
}

func class(low, high byte) uint { return (uint(low) | uint(high)<<8) % maxClasses }

// taught says whether the model was taught a text as an example of a step.
func (m *Model) taught(s Step, text string) bool {
	want := int(lesson(s, text))
	at := sort.Search(len(m.lessons)/4, func(i int) bool { return u32(m.lessons, i) >= want })
	return at < len(m.lessons)/4 && u32(m.lessons, at) == want
}
