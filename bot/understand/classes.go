package understand

// A Step is where an answer stands, and what it is about.
type Step struct{ Flow, Step, Topic string }

func (s Step) String() string { return s.Flow + "/" + s.Step }

// Flows of the treatments, by idea (words.txt). They answer alike: what is learnt of the pain of one injection is
// learnt of all three, and which of them is meant is asked apart.
var treatments = map[string]string{"prp": "prp", "exosome": "exosome", "trigger-point-injection": "trigger-injection"}

// treatmentOf gives the flow of the treatment that an idea names; "" for none.
func treatmentOf(idea string) string {
	for flow, treatment := range treatments {
		if idea == treatment || idea == "trigger-point" && flow == "trigger-point-injection" { // 「トリガーの費用は」
			return flow
		}
	}
	return ""
}

// anyTreatment is the flow of a step that is learnt of all treatments.
const anyTreatment = "*"

// Classes are what a wording of a step is taught as: its step, its topic, its flow.
func (s Step) Classes() [3]string {
	flow := s.Flow
	if _, ok := treatments[flow]; ok {
		flow = anyTreatment
	}
	return [3]string{"step " + flow + "/" + s.Step, "topic " + flow + "/" + s.Topic, "flow " + s.Flow}
}
