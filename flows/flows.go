// Package flows holds the clinic's conversations, and their tests. See README.md.
package flows

import "embed"

//go:embed *.yaml tests/*.yaml images/*.png en/*.yaml
var Files embed.FS
