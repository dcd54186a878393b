package recipes

import (
	"context"
	"net/http"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/covedesk/covedesk/connectwise"
)

// observed is a client whose requests are spans of the trace in their context, and
// whose attempts are a histogram.
func observed(credentials connectwise.Credentials) (*connectwise.Client, error) {
	took, err := otel.Meter("covedesk").Float64Histogram("connectwise.attempt.duration", metric.WithUnit("s"))
	if err != nil {
		return nil, err
	}
	return connectwise.NewClient(credentials,
		connectwise.WithHTTPClient(&http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}),
		connectwise.WithObserver(func(c connectwise.Call) {
			took.Record(context.Background(), c.Took.Seconds(), metric.WithAttributes(
				attribute.String("http.request.method", c.Method),
				attribute.Int("http.response.status_code", c.Status), // 0: no answer
				attribute.Bool("retry", c.Attempt > 1),
			))
		}))
}

func TestOpenTelemetry(t *testing.T) {
	spans, reader := tracetest.NewInMemoryExporter(), sdkmetric.NewManualReader()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans)))
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	srv := tenantOf(t, "acme")
	client, err := observed(connectwise.Credentials(srv.Credentials()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.System.Info(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	named := false
	for _, scope := range got.ScopeMetrics {
		for _, m := range scope.Metrics {
			named = named || m.Name == "connectwise.attempt.duration"
		}
	}
	if !named || len(spans.GetSpans()) == 0 {
		t.Errorf("%d spans, metrics %+v", len(spans.GetSpans()), got.ScopeMetrics)
	}
}
