package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/flowtest"
)

// mutants changes the flows in every way that a careless hand might, and says of which changes
// the tests take no notice.
func (c *command) mutants(w work, tests []*flowtest.Test, asJSON bool, least int, lang string) error {
	court, problems := flowtest.NewCourt(flow.Read(w.dir), w.clinic, tests)
	if court == nil {
		if err := c.tell(problems, asJSON, lang, w.dir); err != nil {
			return err
		}
		return errFound
	}
	debug.SetGCPercent(400) // thousands of programs, each for a moment
	verdicts := make([]flowtest.Verdict, len(court.Mutants))
	next := make(chan int)
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for i := range next {
				verdicts[i] = court.Judge(&court.Mutants[i])
			}
		})
	}
	for i := range verdicts {
		next <- i
	}
	close(next)
	all.Wait()
	count := map[string]*[3]int{"": {}}
	kinds := []string{}
	for i, m := range court.Mutants {
		if count[m.Kind] == nil {
			count[m.Kind] = new([3]int)
			kinds = append(kinds, m.Kind)
		}
		count[m.Kind][verdicts[i]]++
		count[""][verdicts[i]]++
	}
	slices.Sort(kinds)
	sum := count[""]
	share := 100
	if n := sum[flowtest.Caught] + sum[flowtest.Survived]; n > 0 {
		share = sum[flowtest.Caught] * 100 / n
	}
	if asJSON {
		if err := c.mutantsJSON(court.Mutants, verdicts, sum, share, lang); err != nil {
			return err
		}
	} else {
		in := func(ja, en string) string { return diag.Text{JA: ja, EN: en}.In(lang) }
		c.row("", in("検査が止めた", "refused"), in("気づいた", "caught"), in("見のがした", "survived"))
		for _, k := range append(kinds, "") {
			n := count[k]
			if k == "" {
				k = in("合計", "all")
			}
			c.row(k, fmt.Sprint(n[flowtest.Refused]), fmt.Sprint(n[flowtest.Caught]), fmt.Sprint(n[flowtest.Survived]))
		}
		if sum[flowtest.Survived] > 0 {
			fmt.Fprintln(c.Stdout, in("\n見のがした書きかえ", "\nSurvived"))
		}
		for i, m := range court.Mutants {
			if verdicts[i] == flowtest.Survived {
				fmt.Fprintf(c.Stdout, "  %s  %s  %s [%s]\n", m.At.Pos, m.Step, m.What.In(lang), m.Kind)
			}
		}
		fmt.Fprintln(c.Stdout, diag.T("\n書きかえ %d、会話テストが気づいた割合 %d%%", "\n%d changes, %d%% caught by a test", len(verdicts), share).In(lang))
	}
	if share < least {
		return errFound
	}
	return nil
}

func (c *command) mutantsJSON(all []flowtest.Mutant, verdicts []flowtest.Verdict, sum *[3]int, share int, lang string) error {
	enc := json.NewEncoder(c.Stdout)
	enc.SetEscapeHTML(false)
	for i, m := range all {
		if verdicts[i] != flowtest.Survived {
			continue
		}
		if err := enc.Encode(struct {
			File string `json:"file"`
			Line int    `json:"line"`
			Col  int    `json:"col"`
			Step string `json:"step"`
			Kind string `json:"kind"`
			What string `json:"what"`
		}{m.At.File, m.At.Line, m.At.Col, m.Step.String(), m.Kind, m.What.In(lang)}); err != nil {
			return fmt.Errorf("write mutants: %w", err)
		}
	}
	return enc.Encode(struct {
		Mutants  int `json:"mutants"`
		Refused  int `json:"refused"`
		Caught   int `json:"caught"`
		Survived int `json:"survived"`
		Percent  int `json:"percent"`
	}{len(all), sum[flowtest.Refused], sum[flowtest.Caught], sum[flowtest.Survived], share})
}
