# The image is the static binary, the certificates that it needs to call others, and a place for data. It runs as a user
# without a name or rights, on a file system that can be read-only but for /data.

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
COPY authz/internal/oryx/go.mod authz/internal/oryx/go.sum authz/internal/oryx/
RUN go mod download
COPY . .
ARG VERSION=unknown
RUN make build VERSION="$VERSION" && mkdir /empty

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build --chown=65532:65532 /empty /data
COPY --from=build /src/bin/posternd /posternd
USER 65532:65532
WORKDIR /data
VOLUME /data
ENV POSTERN_LISTEN=0.0.0.0:8420 POSTERN_DATABASE_URL=sqlite:/data/postern.db TMPDIR=/data
EXPOSE 8420
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/posternd", "health"]
ENTRYPOINT ["/posternd"]
CMD ["serve"]
