package turn

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"hogushi/bot/engine"
	"hogushi/bot/understand"
)

// Metrics counts what turns come to. It holds nothing of a patient.
type Metrics struct {
	turns, replies, alarms, texts *prometheus.CounterVec
	stored                        prometheus.Counter
	turnTime, replyTime           prometheus.Histogram
}

// NewMetrics makes Metrics and registers them.
func NewMetrics(to prometheus.Registerer) *Metrics {
	counter := func(name, help, label string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{label})
	}
	buckets := []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 1.5, 5, 10}
	m := &Metrics{
		turns:   counter("hogushi_turns_total", "Events by what became of them.", "outcome"),
		replies: counter("hogushi_replies_total", "Tries to reply by outcome.", "outcome"),
		alarms:  counter("hogushi_alarms_total", "Red flags by category of the guard's table.", "category"),
		texts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hogushi_texts_total",
			Help: "Free texts by what became of them, and the step that came nearest to one that wasn't answered."}, []string{"outcome", "nearest"}),
		stored:    prometheus.NewCounter(prometheus.CounterOpts{Name: "hogushi_leads_total", Help: "Contact requests stored."}),
		turnTime:  prometheus.NewHistogram(prometheus.HistogramOpts{Name: "hogushi_turn_seconds", Help: "From the start of a turn to its commit.", Buckets: buckets}),
		replyTime: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "hogushi_reply_seconds", Help: "One try to reply.", Buckets: buckets}),
	}
	to.MustRegister(m.turns, m.replies, m.alarms, m.texts, m.stored, m.turnTime, m.replyTime)
	return m
}

func (m *Metrics) turn(outcome string)  { m.turns.WithLabelValues(outcome).Inc() }
func (m *Metrics) reply(outcome string) { m.replies.WithLabelValues(outcome).Inc() }

// heard counts a free text; nil: there was none.
func (m *Metrics) heard(h *engine.Heard) {
	if h == nil {
		return
	}
	nearest := ""
	if h.Nearest.Flow != "" {
		nearest = h.Nearest.String()
	}
	m.texts.WithLabelValues(h.Outcome.String(), nearest).Inc()
}

func (m *Metrics) lead()                     { m.stored.Inc() }
func (m *Metrics) took(d time.Duration)      { m.turnTime.Observe(d.Seconds()) }
func (m *Metrics) replyTook(d time.Duration) { m.replyTime.Observe(d.Seconds()) }
func (m *Metrics) alarm(f understand.Finding) {
	m.alarms.WithLabelValues(strconv.Itoa(f.Category)).Inc()
}
