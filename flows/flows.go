// Package flows holds the clinic's conversations. See README.md.
package flows

import "embed"

//go:embed *.yaml
var Files embed.FS
