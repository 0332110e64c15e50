package understand

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
)

// Lessons are what the models are taught from.
type Lessons struct {
	Wordings []Wording
	Dangers  []Danger
}

// Wording is a text and the step that answers it. Flow command holds the commands, flow none what nothing answers.
type Wording struct {
	Text string
	Step Step
}

// Danger is a text and what it calls for, an Alarm by name: Emergency, Today, Crisis, CrisisNow, Ask, Calm.
type Danger struct{ Text, Level string }

// Files of the models, beside this one.
const (
	routeFile  = "route.model"
	dangerFile = "danger.model"
	glanceFile = "glance.model"
)

// Digest tells lessons apart, and what they are spelled with: a model holds that of the lessons it was learnt from.
func (l Lessons) Digest() [sha256.Size]byte {
	sum := sha256.New()
	fmt.Fprintln(sum, modelMagic, gramWritten, gramAloud, maxHeard, leastKept, always, routeCost, routeSeen, dangerCost, dangerSeen, glanceCost, glanceBits, glanceEase, mixes, northEach, glues)
	io.WriteString(sum, wordsFile)
	io.WriteString(sum, readingsFile)
	fmt.Fprintf(sum, "%q %q", l.Wordings, l.Dangers)
	return [sha256.Size]byte(sum.Sum(nil))
}

// Teach learns the models, by the name of their file.
func Teach(l Lessons) map[string][]byte {
	digest := l.Digest()
	var route, danger, glance []example
	var lessons []uint32
	for _, w := range l.Wordings {
		classes := w.Step.Classes()
		route = append(route, example{w.Text, classes[:]})
		danger = append(danger, example{Text: w.Text})
		glance = append(glance, example{Text: w.Text})
		lessons = append(lessons, lesson(w.Step, w.Text))
	}
	neighbours := l.neighbours()
	for i, d := range l.Dangers {
		var classes []string
		switch d.Level {
		case "Ask":
			classes = []string{"danger"}
		case "Emergency", "Today":
			classes = []string{"danger", d.Level}
		case "Crisis", "CrisisNow":
			classes = []string{"danger", "Crisis"}
			if d.Level == "CrisisNow" {
				classes = append(classes, d.Level)
			}
		}
		danger = append(danger, example{d.Text, classes})
		glance = append(glance, example{d.Text, classes})
		if i%northEach == 0 {
			danger = append(danger, example{north(d.Text), classes})
			glance = append(glance, example{north(d.Text), classes})
		}
		for k := range mixes { // the same beside what is harmless, as one text
			danger = append(danger, example{neighbours.mix(d.Text, i, k), classes})
		}
	}
	return map[string][]byte{
		routeFile:  learn(route, routeSeen, routeCost, lessons, digest),
		dangerFile: learn(danger, dangerSeen, dangerCost, nil, digest),
		glanceFile: learnGlance(glance, glanceCost, digest),
	}
}

// What a wrong example costs, and in how many texts a feature must stand, measured on the labelled sets: with a higher cost
// the examples are followed closer.
const (
	routeCost, routeSeen   = 2, 6
	dangerCost, dangerSeen = .8, 14
	glanceCost             = 4
)

// mixes is how often each dangerous or near text is taught within a longer one: beside a question, beside what only sounds
// like danger or tells a story, and between two questions. glues is what stands between.
const mixes = 3

// neighbours are harmless texts that stand beside others.
type neighbours struct{ asked, told []string }

func (l Lessons) neighbours() (h neighbours) {
	for _, w := range l.Wordings {
		h.asked = append(h.asked, w.Text)
	}
	for _, d := range l.Dangers {
		if d.Level == "Calm" {
			h.told = append(h.told, d.Text)
		}
	}
	return h
}

// mix gives a text, the i-th of the lessons, beside others in one of the ways.
func (h neighbours) mix(text string, i, way int) string {
	pick := func(from []string, k int) string {
		if len(from) == 0 {
			return ""
		}
		return from[(i*7919+k*104729)%len(from)]
	}
	glue := glues[(i+way)%len(glues)]
	switch {
	case way == 2:
		return pick(h.asked, 3) + glue + text + glue + pick(h.asked, 4)
	case way == 1 && i%3 == 0:
		return pick(h.told, way) + glue + text
	case way == 1:
		return text + glue + pick(h.told, way)
	case i%3 == 0:
		return pick(h.asked, way) + glue + text
	}
	return text + glue + pick(h.asked, way)
}

// northEach says how many are taught as they are said in the north, too: each third.
const northEach = 3

// north says a text as in the north, where k and t within words become g and d: 「落ちて」 is 「落ぢで」.
func north(text string) string {
	said := []rune(text)
	for i := 1; i < len(said); i++ {
		if last := said[i-1]; last < 'ぁ' || last > 0x9FFF || last == 'っ' || last == 'ん' {
			continue
		}
		switch said[i] {
		case 'か', 'き', 'く', 'け', 'こ', 'た', 'ち', 'て', 'と':
			said[i]++ // the next one
		}
	}
	return string(said)
}

var glues = [...]string{"。", "、", "\n", "", " ", "ので", "けど、", "、それと"}

// Fifth is the part of a labelled set to which a text belongs, by its hash: 0 is only read by the final evaluation,
// 1 and 2 are for development, 3 and 4 are taught.
func Fifth(text string) int {
	sum := sha256.Sum256([]byte(text))
	return int(binary.BigEndian.Uint32(sum[:]) % 5)
}
