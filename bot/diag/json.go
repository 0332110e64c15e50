package diag

import (
	"encoding/json"
	"fmt"
	"io"
)

// JSON writes one object a line, with the same fields as Render.
func JSON(w io.Writer, all []Diagnostic, lang string) error {
	type place struct {
		File string `json:"file"`
		Line int    `json:"line"`
		Col  int    `json:"col"`
	}
	type related struct {
		place
		Message string `json:"message"`
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, d := range all {
		out := struct {
			place
			Width    int       `json:"width"`
			Severity string    `json:"severity"`
			Rule     string    `json:"rule"`
			Message  string    `json:"message"`
			Hint     string    `json:"hint,omitempty"`
			Related  []related `json:"related,omitempty"`
			Context  string    `json:"context,omitempty"`
		}{place: place{d.File, d.Line, d.Col}, Width: max(d.Width, 1), Severity: d.Severity.String(),
			Rule: d.Rule, Message: d.Message.In(lang), Hint: d.Hint.In(lang), Context: d.Context}
		for _, r := range d.Related {
			out.Related = append(out.Related, related{place{r.File, r.Line, r.Col}, r.In(lang)})
		}
		if err := enc.Encode(out); err != nil {
			return fmt.Errorf("write diagnostics: %w", err)
		}
	}
	return nil
}
