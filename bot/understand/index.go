package understand

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// Taught is a step and how patients ask for it, as staff wrote it.
type Taught struct {
	Step
	Examples []string
}

// Index finds, among the steps of one set of flows, what a text asks for.
type Index struct {
	model  *Model
	steps  []Taught // the flows' steps, then the commands, then none
	class  [][3]int // by step: its classes in the model, -1 for one that it doesn't know
	memory memory
	gone   func() []Step // steps that the model knows and the flows don't
}

// Pseudo-steps beside those of the flows.
const (
	commandFlow = "command"
	noneFlow    = "none"
)

// NewIndex makes an Index of steps.
func NewIndex(model *Model, steps []Taught) *Index {
	x := &Index{model: model, steps: slices.Clone(steps)}
	x.gone = sync.OnceValue(x.lost)
	for _, name := range model.names {
		for _, flow := range [...]string{commandFlow, noneFlow} {
			if id, ok := strings.CutPrefix(name, "step "+flow+"/"); ok {
				x.steps = append(x.steps, Taught{Step: Step{flow, id, id}})
			}
		}
	}
	for i, s := range x.steps {
		var class [3]int
		for k, name := range s.Classes() {
			class[k] = -1
			if c, ok := model.index[name]; ok {
				class[k] = c
			}
		}
		x.class = append(x.class, class)
		for _, text := range s.Examples {
			if class[0] < 0 || !model.taught(s.Step, text) {
				x.memory.add(model, i, text)
			}
		}
	}
	return x
}

// lost are the steps that the model knows and the flows don't.
func (x *Index) lost() (out []Step) {
	known := map[string]bool{}
	for _, s := range x.steps {
		known[s.Flow+"/"+s.Step.Step] = true
	}
	for _, name := range x.model.names {
		ref, ok := strings.CutPrefix(name, "step ")
		if !ok {
			continue
		}
		flow, step, _ := strings.Cut(ref, "/")
		flows := []string{flow}
		if flow == anyTreatment {
			flows = slices.Sorted(maps.Keys(treatments))
		}
		for _, flow := range flows {
			if !known[flow+"/"+step] {
				out = append(out, Step{Flow: flow, Step: step})
			}
		}
	}
	return out
}

// How much step, topic and flow count.
const (
	stepShare  = 0.45
	topicShare = 0.30
	flowShare  = 0.25
)

// rank gives the n likeliest steps, the likeliest first: by the scores of the classes, or by what the examples of a step
// are like.
func (x *Index) rank(classes, like []float32, n int) []Scored {
	out := make([]Scored, 0, n+1)
	for i, c := range x.class {
		score := float32(-1)
		if c[0] >= 0 {
			score = stepShare*classes[c[0]] + topicShare*classes[or(c[1], c[0])] + flowShare*classes[or(c[2], c[0])]
		}
		if like != nil {
			score = max(score, like[i])
		}
		at := len(out)
		for at > 0 && out[at-1].Score < score {
			at--
		}
		if at < n {
			out = slices.Insert(out[:min(len(out), n-1)], at, Scored{x.steps[i].Step, score})
		}
	}
	return out
}

// or gives the class of a topic or flow, or of the step itself where staff have given it one that was never learnt.
func or(class, step int) int {
	if class < 0 {
		return step
	}
	return class
}

// named gives the flows of the treatments among the ideas, each once.
func named(found []uint32) (flows []string) {
	for _, id := range found {
		if flow := ideas().flows[id-1]; flow != "" && !slices.Contains(flows, flow) {
			flows = append(flows, flow)
		}
	}
	return flows
}

// meant lets a text that names no treatment ask about the one that was spoken of: its flow is as likely as the
// likeliest.
func (x *Index) meant(classes []float32, about string) {
	own, ok := x.model.index["flow "+about]
	if !ok {
		return
	}
	for _, c := range x.model.flows {
		classes[own] = max(classes[own], classes[c])
	}
	for flow := range treatments {
		if c, ok := x.model.index["flow "+flow]; ok && c != own {
			classes[c] = -1
		}
	}
}

// Scored is a step and how much speaks for it: above 0 for, below against.
type Scored struct {
	Step
	Score float32
}
