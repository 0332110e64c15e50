package understand

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"strings"
	"sync"
)

// This file learns a Model. It runs when wordings have changed (`make model`), never in the bot.
//
// For each class one linear classifier, class against all others: the squared hinge loss with an L2 penalty, by
// dual coordinate descent (Hsieh et al. 2008, "A dual coordinate descent method for large-scale linear SVM", what
// LIBLINEAR does by default). It is deterministic: the order of the examples comes from a generator of its own.

// example is a text and the classes that it belongs to.
type example struct {
	Text    string
	Classes []string
}

// learn learns the classes from examples, by features that so many texts have at least; lessons and digest are kept with
// them. cost says how much a wrong example weighs against the penalty on large weights.
func learn(examples []example, seen int32, cost float64, lessons []uint32, digest [sha256.Size]byte) []byte {
	l := newLearner(examples, seen)
	weights := make([][]float32, len(l.classes))
	var group sync.WaitGroup
	const workers = 2
	for w := range workers {
		group.Go(func() {
			for c := w; c < len(l.classes); c += workers {
				weights[c] = l.fit(c, cost)
			}
		})
	}
	group.Wait()
	return l.pack(weights, lessons, digest)
}

type learner struct {
	classes []string
	vocab   []feature // sorted
	rarity  []byte
	rows    [][]weighed // by example; at is the place in vocab
	member  [][]int     // by class: its examples
}

func newLearner(examples []example, seen int32) *learner {
	l := &learner{}
	texts := make([][]feature, len(examples))
	var group sync.WaitGroup
	const workers = 2
	for w := range workers {
		group.Go(func() {
			for i := w; i < len(examples); i += workers {
				fs := borrow()
				fs.read(examples[i].Text)
				for k, f := range fs.list {
					if !fs.again[k] {
						texts[i] = append(texts[i], f)
					}
				}
				fs.giveBack()
			}
		})
	}
	group.Wait()
	in := map[feature]int32{}
	for _, t := range texts {
		for _, f := range t {
			in[f]++
		}
	}
	for f, n := range in {
		if n >= seen {
			l.vocab = append(l.vocab, f)
		}
	}
	slices.Sort(l.vocab)
	at := make(map[feature]int32, len(l.vocab))
	l.rarity = make([]byte, len(l.vocab))
	for i, f := range l.vocab {
		at[f] = int32(i)
		l.rarity[i] = byte(min(255, math.Round(16*(1+math.Log(float64(len(texts))/float64(in[f]))))))
	}
	l.rows = make([][]weighed, len(texts))
	index := map[string]int{}
	for i, t := range texts {
		var row []weighed
		var sum float64
		for _, f := range t {
			if a, ok := at[f]; ok {
				v := float32(l.rarity[a]) / 16
				sum += float64(v) * float64(v)
				row = append(row, weighed{int(a), v})
			}
		}
		row, sum = rarest(row, sum)
		by := float32(1 / math.Sqrt(max(sum, 1e-9)))
		for j := range row {
			row[j].value *= by
		}
		slices.SortFunc(row, func(a, b weighed) int { return cmp.Compare(a.at, b.at) })
		l.rows[i] = row
		for _, c := range examples[i].Classes {
			k, ok := index[c]
			if !ok {
				k = len(l.classes)
				index[c] = k
				l.classes = append(l.classes, c)
				l.member = append(l.member, nil)
			}
			l.member[k] = append(l.member[k], i)
		}
	}
	return l
}

// rarest keeps what Model.score weighs of a row, and the sum of its squares.
func rarest(row []weighed, sum float64) ([]weighed, float64) {
	if len(row) <= maxWeighed {
		return row, sum
	}
	slices.SortStableFunc(row, func(a, b weighed) int { return cmp.Compare(b.value, a.value) })
	n := maxWeighed
	for n > 0 && row[n-1].value == row[maxWeighed].value { // all of one rarity, or none
		n--
	}
	for _, k := range row[n:] {
		sum -= float64(k.value) * float64(k.value)
	}
	return row[:n], sum
}

// learnGlance learns the small model of what is suspicious: see glance.go.
func learnGlance(examples []example, cost float64, digest [sha256.Size]byte) []byte {
	const slots = 1 << glanceBits
	l := &learner{vocab: make([]feature, slots), member: make([][]int, 1)}
	texts, in := make([][]uint32, len(examples)), make([]int, slots)
	for i, e := range examples {
		runs := runsOf(nil, normalise(nil, e.Text, true))
		slices.Sort(runs)
		texts[i] = slices.Compact(runs)
		for _, r := range texts[i] {
			in[r]++
		}
		if len(e.Classes) > 0 {
			l.member[0] = append(l.member[0], i)
		}
	}
	rarity := make([]float32, slots)
	for r, n := range in {
		rarity[r] = float32(1 + math.Log(float64(len(texts))/float64(max(1, n))))
	}
	for _, t := range texts {
		var row []weighed
		sum := glanceEase / 1.0
		for _, r := range t {
			sum += float64(rarity[r] * rarity[r])
		}
		by := 1 / float32(math.Sqrt(sum))
		for _, r := range t {
			row = append(row, weighed{int(r), rarity[r] * by})
		}
		l.rows = append(l.rows, row)
	}
	weights := l.fit(0, cost)
	out := slices.Clone(digest[:])
	for r, v := range rarity {
		says := math.Round(5 * float64(weights[r]*v)) // a weight is below 1, a rarity about 10
		out = append(out, byte(int8(max(-127, min(127, says)))), byte(math.Round(float64(v*v))))
	}
	return out
}

// weighed is a feature of an example, by its place in vocab, and how much it counts.
type weighed struct {
	at    int
	value float32
}

// always is the value of the feature that every text has.
const always = 0.4

// fit learns one class: a weight for each feature, and last that of always.
func (l *learner) fit(class int, cost float64) []float32 {
	n := len(l.rows)
	yes := make([]bool, n)
	for _, i := range l.member[class] {
		yes[i] = true
	}
	w := make([]float32, len(l.vocab)+1)
	alpha := make([]float32, n)
	active := make([]int32, n)
	for i := range active {
		active[i] = int32(i)
	}
	diag := float32(0.5 / cost)
	const q = 1 + always*always
	seed := uint64(88172645463325252)
	bound := float32(math.Inf(1))
	for range 60 {
		for i := len(active) - 1; i > 0; i-- {
			seed ^= seed << 13
			seed ^= seed >> 7
			seed ^= seed << 17
			hi, _ := bits.Mul64(seed, uint64(i+1))
			active[i], active[hi] = active[hi], active[i]
		}
		var worst, least float32 = 0, 0
		kept := active[:0]
		for _, i := range active {
			row := l.rows[i]
			sum := w[len(w)-1] * always
			for _, k := range row {
				sum += w[k.at] * k.value
			}
			y := float32(-1)
			if yes[i] {
				y = 1
			}
			g := y*sum - 1 + diag*alpha[i]
			if alpha[i] == 0 && g > bound {
				continue // far on the right side: out of this and the next rounds
			}
			kept = append(kept, i)
			if alpha[i] == 0 && g >= 0 {
				continue
			}
			worst, least = max(worst, g), min(least, g)
			old := alpha[i]
			alpha[i] = max(0, old-g/(q+diag))
			if d := (alpha[i] - old) * y; d != 0 {
				for _, k := range row {
					w[k.at] += d * k.value
				}
				w[len(w)-1] += d * always
			}
		}
		active = kept
		if worst-least < 0.1 {
			break
		}
		if bound = worst; bound <= 0 {
			bound = float32(math.Inf(1))
		}
	}
	return w
}

// leastKept is the smallest weight that is kept, in steps of 1/127 of the greatest of its class: the many smaller ones
// take two thirds of the room and decide nothing.
const leastKept = 4

func (l *learner) pack(weights [][]float32, lessons []uint32, digest [sha256.Size]byte) []byte {
	le := binary.LittleEndian
	var says, steps, bias []byte
	entries := make([]byte, 8*slots(len(l.vocab)))
	table := Model{entries: entries}
	step := make([]float32, len(weights))
	for c, w := range weights {
		for _, v := range w[:len(w)-1] {
			step[c] = max(step[c], v/127, -v/127)
		}
		steps = le.AppendUint32(steps, math.Float32bits(step[c]))
		bias = le.AppendUint32(bias, math.Float32bits(w[len(w)-1]*always))
	}
	for i, f := range l.vocab {
		e := uint64(uint16(f)) | uint64(l.rarity[i])<<16
		from := len(says) / 3
		for c, w := range weights {
			v := math.Round(float64(w[i] / step[c]))
			if math.Abs(v) < leastKept {
				continue
			}
			if len(weights) <= fewClasses {
				e |= uint64(uint8(int8(v))) << (24 + 8*c)
			} else {
				says = append(le.AppendUint16(says, uint16(c)), byte(int8(v)))
			}
		}
		if n := len(says)/3 - from; n > 0 {
			e |= uint64(n)<<24 | uint64(from)<<36
		}
		at, tries := table.place(f), 0
		for ; table.entry(at) != 0; at = (at + 1) % (len(entries) / 8) {
			if tries++; tries == slotsSearched {
				panic("learn: entries crowd: raise the share of free slots")
			}
		}
		le.PutUint64(entries[8*at:], e)
	}
	out := append([]byte(modelMagic), digest[:]...)
	for _, n := range []int{len(entries) / 8, len(says) / 3, len(weights), len(lessons)} {
		out = le.AppendUint32(out, uint32(n))
	}
	for _, part := range [][]byte{entries, says, steps, bias} {
		out = append(out, part...)
	}
	for _, h := range slices.Sorted(slices.Values(lessons)) {
		out = le.AppendUint32(out, h)
	}
	return append(out, strings.Join(l.classes, "\n")+"\n"...)
}
