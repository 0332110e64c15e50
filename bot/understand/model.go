package understand

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sort"
	"strings"
)

// Model is what was learnt from wordings: for each class, what each feature speaks for or against it. It is read
// from its packed form in place, and never changed.
//
// Packed, little endian: magic, the digest of the lessons, 4 counts of 32 bits (features, weights, classes, lessons), then
//
//	starts   65537 × 32 bits   by the upper half of a feature: where its entries begin
//	tags     features × 16     the lower half, sorted within a start
//	rarity   features × 8      in 1/16
//	spans    features+1 × 32   where a feature's weights begin
//	says     weights × 24      a class, of 16 bits, and how much it is spoken for: signed, in steps of the class
//	steps    classes × 32      float
//	always   classes × 32      float: what speaks for the class before anything is read
//	lessons  lessons × 32      hashes of the flows' examples that it was taught, sorted
//	names    the rest          by lines
type Model struct {
	starts, tags, rarity, spans, says, lessons []byte
	steps, always                              []float32
	names                                      []string
	index                                      map[string]int

	// Digest is that of the lessons that it was learnt from.
	Digest [sha256.Size]byte
}

const (
	modelMagic = "hogushi4"
	buckets    = 1 << 16
	maxClasses = 1 << 10
)

// OpenModel reads a packed model. It keeps b.
func OpenModel(b []byte) (*Model, error) {
	magic, rest, ok := cutBytes(b, len(modelMagic))
	digest, rest, ok1 := cutBytes(rest, sha256.Size)
	head, rest, ok2 := cutBytes(rest, 16)
	if !ok || !ok1 || !ok2 || string(magic) != modelMagic {
		return nil, errors.New("open model: not a model of this release: run `make model`")
	}
	n := func(i int) int { return int(binary.LittleEndian.Uint32(head[4*i:])) }
	features, weights, classes := n(0), n(1), n(2)
	m := &Model{index: map[string]int{}, Digest: [sha256.Size]byte(digest)}
	var steps, always []byte
	for _, part := range []struct {
		to   *[]byte
		size int
	}{
		{&m.starts, 4 * (buckets + 1)}, {&m.tags, 2 * features}, {&m.rarity, features}, {&m.spans, 4 * (features + 1)},
		{&m.says, 3 * weights}, {&steps, 4 * classes}, {&always, 4 * classes}, {&m.lessons, 4 * n(3)},
	} {
		if *part.to, rest, ok = cutBytes(rest, part.size); !ok {
			return nil, errors.New("open model: cut short: run `make model`")
		}
	}
	m.steps, m.always = floats(steps), floats(always)
	m.names = strings.Split(string(bytes.TrimSuffix(rest, []byte("\n"))), "\n")
	if len(m.names) != classes || classes > maxClasses {
		return nil, fmt.Errorf("open model: %d names of %d classes: run `make model`", len(m.names), classes)
	}
	for i, name := range m.names {
		m.index[name] = i
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

// find gives the place of a feature, -1 for one that was never seen.
func (m *Model) find(f feature) int {
	bucket, tag := int(f>>16), int(f&0xFFFF)
	for i, end := u32(m.starts, bucket), u32(m.starts, bucket+1); i < end; i++ {
		if u16(m.tags, i) == tag {
			return i
		}
	}
	return -1
}

// reading is a text as a model knows it.
type reading struct {
	*features
	at []int32 // by feature: its place, -1 for one that was never seen
}

// read looks the features of a text up.
func (m *Model) read(fs *features, text string) reading {
	fs.read(text)
	for _, f := range fs.list {
		fs.at = append(fs.at, int32(m.find(f)))
	}
	return reading{fs, fs.at}
}

// maxWeighed is how many features of a text count: of a longer one, the rarest.
const maxWeighed = 400

// whole gives what a whole text says for each class: about 1 is for sure, −1 against.
func (m *Model) whole(dst []float32, r reading) []float32 {
	return m.score(dst, r, 0, len(r.at), maxWeighed, true)
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
	var of [256]int // features by rarity
	counts := func(i int) bool { return r.at[i] >= 0 && !(once && r.again[i]) }
	for i := from; i < to; i++ {
		if counts(i) {
			of[m.rarity[r.at[i]]]++
		}
	}
	var sum float32
	least, room := 256, most
	for least > 0 && room >= of[least-1] {
		least--
		room -= of[least]
		sum += float32(of[least]) * float32(least*least) / 256
	}
	if sum == 0 {
		return append(dst, m.always...)
	}
	var acc [maxClasses]float32
	by := 1 / float32(math.Sqrt(float64(sum))) / 16
	for i := from; i < to; i++ {
		if !counts(i) || int(m.rarity[r.at[i]]) < least {
			continue
		}
		at := int(r.at[i])
		v := by * float32(m.rarity[at])
		for says := m.spoken(at); len(says) >= 3; says = says[3:] {
			acc[(uint(says[0])|uint(says[1])<<8)%maxClasses] += v * float32(int8(says[2]))
		}
	}
	for c, always := range m.always {
		dst = append(dst, always+m.steps[c]*acc[c])
	}
	return dst
}

// spoken is what a feature says: 3 bytes for a class.
func (m *Model) spoken(at int) []byte {
	return m.says[3*u32(m.spans, at) : 3*u32(m.spans, at+1)]
}

// taught says whether the model was taught a text as an example of a step.
func (m *Model) taught(s Step, text string) bool {
	want := int(lesson(s, text))
	at := sort.Search(len(m.lessons)/4, func(i int) bool { return u32(m.lessons, i) >= want })
	return at < len(m.lessons)/4 && u32(m.lessons, at) == want
}
