# The command line in an image without a shell, a package manager or a root user.
# docker build -t podproof . && docker run --rm -v "$PWD:/work:ro" podproof check .
FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund && node node_modules/esbuild/install.js
COPY . .
RUN node esbuild.mjs

FROM gcr.io/distroless/nodejs22-debian12:nonroot
COPY --from=build /build/dist/cli /podproof/cli
COPY --from=build /build/dist/cli.js /build/dist/THIRD_PARTY_NOTICES.txt /build/LICENSE /podproof/
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "/podproof/cli.js"]
CMD ["--help"]
