package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkCheck is the whole process of hogushi check: of the shipped flows, and of generated
// ones, 20 steps a flow. us/step stays the same where the work grows with the steps.
func BenchmarkCheck(b *testing.B) {
	hogushi := filepath.Join(b.TempDir(), "hogushi")
	if out, err := exec.Command("go", "build", "-o", hogushi, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	run := func(b *testing.B, steps int, dir string) {
		var took time.Duration
		var rss int64
		for b.Loop() {
			c := exec.Command(hogushi, "check", dir)
			start := time.Now()
			out, err := c.CombinedOutput()
			took += time.Since(start)
			if err != nil {
				b.Fatalf("%v\n%s", err, out)
			}
			rss = max(rss, c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
		}
		each := took / time.Duration(b.N)
		b.ReportMetric(float64(each.Milliseconds()), "ms")
		b.ReportMetric(float64(rss)/1024, "rss-MiB")
		b.ReportMetric(float64(each.Microseconds())/float64(steps), "us/step")
		b.ReportMetric(0, "ns/op")
	}
	b.Run("shipped", func(b *testing.B) { run(b, 388, filepath.Join("..", "..", "flows")) })
	for _, steps := range []int{1_000, 10_000, 20_000, 100_000} {
		b.Run(fmt.Sprintf("steps=%d", steps), func(b *testing.B) { run(b, steps, generated(b, steps/20)) })
	}
}

// generated writes so many flows of 20 steps each, which lead to one another; every tenth is a
// form.
func generated(b *testing.B, flows int) string {
	dir := b.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name+".yaml"), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	for _, name := range []string{"menu", "patterns", "welcome", "contact"} {
		data, err := os.ReadFile(filepath.Join("testdata", "flows", name+".yaml"))
		if err != nil {
			b.Fatal(err)
		}
		write(name, string(data))
	}
	for i := range flows {
		form := i%10 == 1
		var t strings.Builder
		fmt.Fprintf(&t, "flow: f%d\ntitle: 話%d\ntriggers: [話%d, 話%dのこと]\n", i, i, i, i)
		if form {
			fmt.Fprintf(&t, "fields:\n  a%d: {type: one_of, label: 答え, options: [はじめ, なか, おわり]}\n", i)
		}
		t.WriteString("steps:\n")
		for j := range 20 {
			fmt.Fprintf(&t, "  - step: s%d\n    topic: what\n", j)
			if !form {
				fmt.Fprintf(&t, "    examples: [%d番の%dについて, %d番の%dを教えて]\n", i, j, i, j)
			}
			fmt.Fprintf(&t, "    say:\n      - |\n        %d番の話の、%d番目の段です。\n        くわしいことは、診察のときに医師がご説明します。\n      - お電話は {{clinic.phone}} です。\n", i, j)
			switch {
			case form && j%5 == 1:
				fmt.Fprintf(&t, "    ask: a%d\n    branch:\n      - {when: {a%d: はじめ}, go: s%d}\n      - {when: {a%d: なか}, go: s%d}\n", i, i, (j+3)%20, i, (j+7)%20)
			case j == 19:
				fmt.Fprintf(&t, "    choices:\n      - {label: つぎの話, go: f%d}\n      - {label: メニュー, go: menu}\n", (i+1)%flows)
			default:
				fmt.Fprintf(&t, "    choices:\n      - {label: つぎへ, go: s%d}\n      - {label: はじめへ, go: s0}\n      - {label: ほかの話, go: f%d}\n      - {label: 電話, link: \"tel:{{clinic.phone}}\"}\n    quick:\n      - {label: メニュー, go: menu}\n", j+1, (i+7)%flows)
			}
		}
		write(fmt.Sprintf("f%d", i), t.String())
	}
	return dir
}
