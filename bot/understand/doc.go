// Package understand turns a patient's free text into what the bot should do.
//
// The guard (guard*.go) is the first to see every text: rules over cues - a body part, a quality, an onset - say which
// together call for help. It does not diagnose. Beside it a model weighs the text for danger (danger.go): it alarms
// where the rules know nothing, and takes back what a word alone has raised. Of a long text it weighs what a small model
// finds suspicious (glance.go).
//
// The router (hear.go, index.go) finds the step that a text asks for, a command, or a few steps to ask back about. Of a long
// text it reads how it begins and what it asks (sentence.go).
//
// Both models (model.go) are linear over short runs of characters of two spellings (spell.go), as written and as read
// aloud, and over ideas (words.txt). They are learnt (learn.go, teach.go) by the command teach from the wordings beside
// it, and lie here packed. What staff have written since is found by likeness.
package understand
