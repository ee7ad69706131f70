import HoistwayModel

extension Checks {
    /// Requests of steps that could never be sent, or never give what is asked for, as far as the manifests say it.
    func checkRequests() {
        for stage in projects.flatMap(stages(of:)) {
            guard case .steps(let steps) = stage.promotion else { continue }
            let policy = settings.httpPolicy(of: stage.key.project)
            for step in steps where ["http", "http-download"].contains(step.uses) && step.constantCondition != false {
                check(urlOf: step, policy)
                check(checksumOf: step)
            }
        }
    }

    private func check(urlOf step: StepTemplate, _ policy: HTTPPolicy) {
        guard let url = step.config["url"]?.string, !url.opensExpression else { return }
        guard let scheme = URLText.scheme(of: url), ["http", "https"].contains(scheme) else {
            problems.error(
                step.place,
                "\(step.uses): url is not an http or https URL",
                hint: "write it as in https://example.com/file"
            )
            return
        }
        guard let address = WebAddress(url) else { return }
        let port = address.effectivePort
        let refusal =
            policy.refusal(host: address.host, port: port, secrets: [])
            ?? NetworkAddress(ofHost: address.host).flatMap {
                policy.refusal(host: address.host, port: port, address: $0)
            }
        guard let refusal else { return }
        // The other stages can be promoted all the same.
        problems.warning(step.place, "will fail at \(step.uses): \(refusal.message)", hint: refusal.hint)
    }

    private func check(checksumOf step: StepTemplate) {
        guard step.uses == "http-download", let text = step.config["checksum"]?.string, !text.isEmpty,
            !text.opensExpression
        else { return }
        let digits = text.lowercased().utf8.dropFirst("sha256:".utf8.count)
        let isDigest =
            text.lowercased().hasPrefix("sha256:") && digits.count == 64
            && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard !isDigest else { return }
        problems.error(
            step.place,
            "http-download: checksum is not sha256: and 64 hexadecimal digits",
            hint: "`sha256sum FILE` gives them"
        )
    }
}

extension NetworkAddress {
    /// What a host's name says by itself: an address of IPv4, or `localhost`.
    fileprivate init?(ofHost host: String) {
        let parts = host == "localhost" ? ["127", "0", "0", "1"] : host.split(separator: ".").map(String.init)
        let bytes = parts.compactMap { UInt8($0) }
        guard parts.count == 4, bytes.count == 4 else { return nil }
        self.init(bytes: bytes)
    }
}
