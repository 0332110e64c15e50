// Package bot is the map of the house. It holds no code; its test enforces the arrows.
//
// A patient's message comes in at line, becomes a turn, is answered by the pure engine from
// the checked program, is stored, and goes out at line. Nothing flows back up.
//
// Pure: no I/O, no clock, no randomness, no logger, no context.
//
//	diag        positions and diagnostics: collect, sort, render
//	text        Japanese text: normalise, fold, compare, measure, read answers
//	match       regular expressions, and a first look by which most texts need none
//	source      YAML as staff write it, with places: the only importer of the YAML library
//	schema      which keys a file may have: for the compiler, and as JSON Schema for editors
//	flow        source -> checked, immutable Program
//	render      what a step says -> LINE messages as JSON, within every limit
//	understand  free text -> alarm (the guard) | step | command | suggestions; its teach learns the models
//	lint        what a text for patients must not say
//	graph       the flows as a drawing: Mermaid, JSON
//	engine      State, Event, Effect, Step
//	gate        flows that shall go live, and who would be stranded by them
//	flowtest    conversation tests as staff write them: read, run, counted, written down
//
// The edges: each alone knows its technology, and none imports another.
//
//	line        LINE: webhooks in, messages out; the only importer of the LINE SDK
//	store       Redis and SQLite behind one contract (storetest is that contract as a test)
//	sink        the clinic's webhook and mail server
//	seal        encryption of what is stored, hashes of who it belongs to; the only importer of Tink
//
// Together:
//
//	revision    flows as they were published: packed, numbered, kept, gone back to
//	handoff     leads -> deliveries -> sinks; how leads are kept
//	desk        the staff's side of the chat
//	turn        guard -> load -> Step -> commit -> reply
//	app         puts the bot together: New, Start, Stop, Reload
//	linetest    LINE in process, for tests and the terminal chat; it imports nothing of ours
//
// Words, one for each idea, in YAML, code, logs and documents:
//
// flow, step, choice; field: a declared piece of data about the patient; event: what
// happened (past tense); effect: what the bot shall do (imperative); turn: one event
// handled; session: where a patient stands; draft: the fields given so far; lead: a contact
// request; handoff: delivering leads; sink: where a lead goes; delivery: one lead to one
// recipient of one sink; guard: what looks for emergency and crisis; alarm: what it found;
// pattern: what the bot says when things go sideways; revision: flows as they were
// published, numbered; fact: what may be stated, how strongly, and on what terms
// (facts.yaml); the clinic's facts: what only the clinic knows (clinic.yaml).
package bot
