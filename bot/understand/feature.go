package understand

import "sync"

// This file turns a text into what the models weigh: short runs of characters, of both spellings, and the ideas
// that words stand for.

// Longest runs, in runes.
const (
	gramWritten = 4
	gramAloud   = 5
	maxEntries  = 3500 // of one text; features.seen has room for some more
	maxIdeas    = 24   // of one sentence
)

// feature is a hash of a run of characters, of an idea, or of two ideas in one sentence.
type feature uint32

const (
	kindWritten feature = 0x9E3779B1
	kindAloud   feature = 0x85EBCA77
	kindIdea    feature = 0xC2B2AE3D
	kindPair    feature = 0x27D4EB2F
)

func (f feature) mix(x uint32) feature {
	h := (uint32(f) ^ x) * 0x01000193
	h ^= h >> 15
	return feature(h * 0x2C1B3C6D)
}

// features are those of a text, sentence by sentence, each once in a sentence.
type features struct {
	list    []feature
	again   []bool             // by place in list: an earlier sentence has it too
	ends    []int              // by sentence: where its features end
	ideas   []uint32           // of the whole text
	thought []int              // by sentence: where its ideas end
	clipped bool               // there is more of the text
	full    bool               // not all of its features are here
	letters int                // that it is spelled with
	known   []entry            // room for a reading
	counts  []uint8            // room for how much each counts
	parts   []string           // room for sentences
	askers  int                // of a clipped text: how many of them, the last ones, ask
	written []rune             // room for a sentence
	aloud   []rune             // room for the same, read aloud
	names   map[feature]string // what each is a hash of; nil: nobody asks

	sums [maxClasses]float32 // room for a score

	classes, best, part [maxClasses]float32 // room for scores of all classes
	seen                [1 << 12]feature    // open addressing; 0 is free
	where               [1 << 12]uint8      // the last sentence that has it, counted from 1
}

// read reads a text; of a long one its gist.
func (fs *features) read(text string) {
	if fs.clipped = long(text); fs.clipped {
		fs.parts, fs.askers = gist(fs.parts[:0], text)
	} else {
		fs.parts = sentences(fs.parts[:0], text)
	}
	for _, part := range fs.parts {
		fs.written = written(fs.written[:0], part)
		fs.readSentence(fs.written)
	}
}

// thoughts are the ideas of a sentence.
func (fs *features) thoughts(k int) []uint32 {
	from := 0
	if k > 0 {
		from = fs.thought[k-1]
	}
	return fs.ideas[from:fs.thought[k]]
}

// readSentence reads a sentence as it is written.
func (fs *features) readSentence(written []rune) {
	fs.letters += max(0, len(written)-2)
	fs.aloud = aloud(fs.aloud[:0], written)
	fs.grams(kindWritten, written, gramWritten)
	fs.grams(kindAloud, fs.aloud, gramAloud)
	fs.think(fs.aloud)
	fs.ends = append(fs.ends, len(fs.list))
	fs.thought = append(fs.thought, len(fs.ideas))
}

// scratch lends features, which are large. Nothing of them may be kept when they are given back.
var scratch = sync.Pool{New: func() any { return new(features) }}

func borrow() *features { return scratch.Get().(*features) }

func (fs *features) reset() {
	fs.list, fs.again, fs.ends, fs.ideas, fs.thought = fs.list[:0], fs.again[:0], fs.ends[:0], fs.ideas[:0], fs.thought[:0]
	fs.clipped, fs.full, fs.letters, fs.names = false, false, 0, nil
	clear(fs.seen[:])
	clear(fs.where[:])
}

func (fs *features) giveBack() {
	fs.reset()
	scratch.Put(fs)
}

// think adds the ideas of a sentence, and each two of them.
func (fs *features) think(aloud []rune) {
	first := len(fs.ideas)
	fs.ideas = ideasIn(fs.ideas, first, aloud)
	here := fs.ideas[first:]
	for i, a := range here {
		one := kindIdea.mix(a)
		fs.add(one)
		if fs.names != nil {
			fs.names[one] = "〈" + ideas().names[a-1] + "〉"
		}
		for _, b := range here[:i] {
			two := kindPair.mix(min(a, b)).mix(max(a, b))
			fs.add(two)
			if fs.names != nil {
				fs.names[two] = "〈" + ideas().names[b-1] + "+" + ideas().names[a-1] + "〉"
			}
		}
	}
}

// add adds a feature of the present sentence.
func (fs *features) add(f feature) {
	if f == 0 {
		f = 1
	}
	now := uint8(len(fs.ends) + 1)
	i := uint32(f) * 0x9E3779B1 >> 20 // 12 bits
	for fs.seen[i] != 0 && fs.seen[i] != f {
		i = (i + 1) % uint32(len(fs.seen))
	}
	if fs.where[i] == now {
		return
	}
	if fs.full = len(fs.list) == maxEntries; fs.full {
		return
	}
	fs.list = append(fs.list, f)
	fs.again = append(fs.again, fs.seen[i] == f)
	fs.seen[i], fs.where[i] = f, now
}

// grams adds every run of up to most runes that doesn't cross a stop.
func (fs *features) grams(kind feature, runes []rune, most int) {
	for i := range runes {
		h := kind
		for n := range min(most, len(runes)-i) {
			r := runes[i+n]
			h = h.mix(uint32(r))
			if fs.names != nil {
				fs.names[h] = string(runes[i : i+n+1])
			}
			if n == 0 && r == stop {
				continue // alone it says nothing
			}
			fs.add(h)
			if r == stop {
				break
			}
		}
	}
}
