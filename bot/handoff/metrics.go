package handoff

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"hogushi/bot/store"
)

// Metrics counts what becomes of deliveries. It holds nothing of a patient.
type Metrics struct {
	tries        *prometheus.CounterVec
	took         *prometheus.HistogramVec
	arrival      *prometheus.HistogramVec
	open, failed prometheus.Gauge
	oldest       prometheus.Gauge
	alarms       prometheus.Counter
}

// NewMetrics makes Metrics and registers them.
func NewMetrics(to prometheus.Registerer) *Metrics {
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	histogram := func(name, help string, buckets ...float64) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, []string{"sink"})
	}
	m := &Metrics{
		tries:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hogushi_deliveries_total", Help: "Tries to deliver by sink and outcome."}, []string{"sink", "outcome"}),
		took:    histogram("hogushi_delivery_seconds", "One try to deliver.", .01, .05, .1, .5, 1, 2, 5, 10, 30),
		arrival: histogram("hogushi_delivery_age_seconds", "From the event to its delivery.", .1, .25, .5, 1, 2, 5, 10, 60, 600, 3600, 86400),
		open:    gauge("hogushi_undelivered", "Deliveries that are still to be made."),
		failed:  gauge("hogushi_undeliverable", "Deliveries that were given up."),
		oldest:  gauge("hogushi_undelivered_oldest_seconds", "Age of the oldest delivery that isn't made."),
		alarms:  prometheus.NewCounter(prometheus.CounterOpts{Name: "hogushi_delivery_alarms_total", Help: "Alarms of undelivered leads."}),
	}
	to.MustRegister(m.tries, m.took, m.arrival, m.open, m.failed, m.oldest, m.alarms)
	return m
}

func (m *Metrics) try(sink, outcome string) { m.tries.WithLabelValues(sink, outcome).Inc() }
func (m *Metrics) alarm()                   { m.alarms.Inc() }

func (m *Metrics) tried(sink string, v verdict, err error, took, age time.Duration) {
	m.took.WithLabelValues(sink).Observe(took.Seconds())
	switch {
	case err == nil:
		m.try(sink, "delivered")
		m.arrival.WithLabelValues(sink).Observe(max(age, 0).Seconds())
	case v.quota:
		m.try(sink, "quota")
	case v.state == store.Failed:
		m.try(sink, "given-up")
	default:
		m.try(sink, "again")
	}
}

func (m *Metrics) undelivered(open, failed int, oldest time.Duration) {
	m.open.Set(float64(open))
	m.failed.Set(float64(failed))
	m.oldest.Set(oldest.Seconds())
}
