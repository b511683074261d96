package app

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the figures of one process.
type metrics struct {
	requests *prometheus.HistogramVec
	valid    prometheus.Observer // of scans answered with 200, found once
	handler  http.Handler
}

func newMetrics() *metrics {
	registry := prometheus.NewRegistry()
	m := &metrics{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "fangxin_request_seconds", Help: "Time to answer, by part of the site, method and status.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"area", "method", "status"}),
		handler: promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
	}
	m.valid = m.requests.WithLabelValues("badge", http.MethodGet, strconv.Itoa(http.StatusOK))
	registry.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) observe(area, method string, status int, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
	default:
		method = "other" // a caller must not invent label values
	}
	m.requests.WithLabelValues(area, method, strconv.Itoa(status)).Observe(took.Seconds())
}

// scan counts the scan of a genuine badge.
func (m *metrics) scan(status int, took time.Duration) {
	if status == http.StatusOK {
		m.valid.Observe(took.Seconds())
		return
	}
	m.observe("badge", http.MethodGet, status, took)
}
