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
	fmt.Fprintln(sum, modelMagic, gramWritten, gramAloud, leastKept, always, routeCost, routeSeen, dangerCost, dangerSeen, mixes, glues)
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
		if n := len(l.Wordings); n > 0 { // the same beside a harmless question, as one text
			for k := range mixes {
				w := l.Wordings[(i*7919+k*104729)%n].Text
				glue := glues[(i+k)%len(glues)]
				mixed := d.Text + glue + w
				if (i+k)%3 == 0 {
					mixed = w + glue + d.Text
				}
				danger = append(danger, example{mixed, classes})
			}
		}
	}
	return map[string][]byte{
		routeFile:  learn(route, routeSeen, routeCost, lessons, digest),
		dangerFile: learn(danger, dangerSeen, dangerCost, nil, digest),
		glanceFile: learnGlance(glance, dangerCost, digest),
	}
}

// What a wrong example costs, and in how many texts a feature must stand, measured on the labelled sets: with a higher cost
// the examples are followed closer.
const (
	routeCost, routeSeen   = 5, 2
	dangerCost, dangerSeen = 4, 4
)

// mixes is how often each dangerous or near text is taught within a longer one, glues what stands between.
const mixes = 2

var glues = [...]string{"。", "、", "\n", "", " ", "ので", "けど、", "、それと"}

// Fifth is the part of a labelled set to which a text belongs, by its hash: 0 is only read by the final evaluation,
// 1 and 2 are for development, 3 and 4 are taught.
func Fifth(text string) int {
	sum := sha256.Sum256([]byte(text))
	return int(binary.BigEndian.Uint32(sum[:]) % 5)
}
