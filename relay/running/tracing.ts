import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

/** One span for each batch that goes to a receiver. */
export interface Tracing {
  /** Starts a span; `traceparent` is the value of the W3C header that carries it on. */
  delivery(attributes: Record<string, string | number>): DeliverySpan | undefined;
  /** Sends what is left. */
  stop(): Promise<void>;
}

export interface DeliverySpan {
  readonly traceparent: string;
  end(problem?: string): void;
}

const off: Tracing = { delivery: () => undefined, stop: async () => undefined };

/** Traces when the environment names an OTLP endpoint (OTEL_EXPORTER_OTLP_ENDPOINT), else does nothing. */
export function startTracing(environment: NodeJS.ProcessEnv): Tracing {
  const endpoint =
    environment["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] ?? environment["OTEL_EXPORTER_OTLP_ENDPOINT"];
  if (!endpoint) return off;
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      "service.name": environment["OTEL_SERVICE_NAME"] ?? "integratedb-relay",
    }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer("integratedb-relay");
  return {
    delivery: (attributes) => deliverySpan(tracer, attributes),
    stop: () => provider.shutdown(),
  };
}

function deliverySpan(tracer: Tracer, attributes: Record<string, string | number>): DeliverySpan {
  const span: Span = tracer.startSpan(
    "deliver",
    { kind: SpanKind.PRODUCER, attributes },
    ROOT_CONTEXT,
  );
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`,
    end(problem) {
      if (problem !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: problem });
      span.end();
    },
  };
}
