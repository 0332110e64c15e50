package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"hogushi/bot/handoff"
)

// export writes all contact requests as a table that Excel opens as it is: UTF-8 with a
// mark, line ends of Windows, and nothing that it would take for a formula.
func (l *leadBook) export(ctx context.Context, name string) (err error) {
	var to io.Writer = l.Stdout
	if name != "" {
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		to = file
	}
	var entries []handoff.Entry
	unread := l.each(ctx, math.MaxInt, func(e handoff.Entry) error {
		entries = append(entries, e)
		return nil
	})
	if unread != nil && unread != errFound {
		return unread
	}
	var fields, labels []string
	for _, e := range entries { // in the order in which the forms ask, as far as they agree
		at := 0
		for _, v := range e.Fields {
			if i := slices.Index(fields, v.Field); i >= 0 {
				at = i + 1
				continue
			}
			fields = append(fields[:at], append([]string{v.Field}, fields[at:]...)...)
			labels = append(labels[:at], append([]string{v.Label}, labels[at:]...)...)
			at++
		}
	}
	buffered := bufio.NewWriter(to)
	buffered.WriteString("\ufeff")
	w := csv.NewWriter(buffered)
	w.UseCRLF = true
	w.Write(append(append([]string{"受付番号", "受付日時", "状態", "担当", "対応日時"}, labels...), "同意の版", "同意日時", "ID"))
	for _, e := range entries {
		row := []string{e.Receipt, stamp(e.Created), handoff.States[e.State], e.By, stamp(e.Changed)}
		for _, f := range fields {
			value := ""
			for _, v := range e.Fields {
				if v.Field == f {
					value = v.Value
				}
			}
			row = append(row, value)
		}
		version, at := "", ""
		if e.Consent != nil {
			version, at = e.Consent.Version, stamp(time.UnixMilli(e.Consent.At))
		}
		row = append(row, version, at, e.ID)
		for i := range row {
			row[i] = defused(row[i])
		}
		w.Write(row)
	}
	w.Flush()
	return errors.Join(w.Error(), buffered.Flush(), unread)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(tokyo).Format("2006-01-02 15:04:05")
}

// defused keeps a spreadsheet from running what a patient wrote: it takes a cell that begins
// so for a formula (https://owasp.org/www-community/attacks/CSV_Injection). Full-width signs
// count too.
func defused(cell string) string {
	cell = strings.ReplaceAll(cell, "\r", " ")
	if cell != "" && strings.ContainsRune("=+-@\t\n＝＋－＠|%", []rune(cell)[0]) {
		return "'" + cell
	}
	return cell
}
