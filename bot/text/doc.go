// Package text is what the bot knows about Japanese text: how to measure it, store it,
// compare it, and read an answer out of it. Patients type in every way: full width,
// half width, kana for digits, long vowel marks for hyphens, politeness at the end.
//
// Everything here is a pure function, safe for concurrent use, never panics, and is
// linear in the length of its input: texts of 5000 characters come in.
//
// The readers (Number, YesNo, Name, Phone, Mail, Date, Clock, Option, Label and their plurals)
// answer ok=false when a text can be read in two ways: asking again is cheaper than a
// wrong answer.
package text
