# hogushi in a container: one static binary, CA roots, no shell, no root.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /hogushi ./cmd/hogushi \
 && mkdir -p /data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /hogushi /hogushi
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/hogushi", "healthz"]
ENTRYPOINT ["/hogushi"]
CMD ["serve"]
