import Foundation
import HoistwayModel
import HoistwaySettings
import HoistwayTestServers
import Testing

/// The unit and the configuration that the Debian package installs.
struct ServiceUnitTests {
    private let unit: String
    private let credentials: [String]

    init() throws {
        unit = try Shipped.text("config/systemd/hoistway.service")
        credentials = Shipped.values("LoadCredential", in: try Shipped.text("config/systemd/credentials.conf"))
    }

    /// With a program that exists here, and the drop-ins beside it.
    private func installed(_ names: [String] = ["credentials.conf"]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder("hoistway-unit")
        let runnable = unit.replacingOccurrences(of: "ExecStart=/usr/bin/hoistway", with: "ExecStart=/bin/true")
        try folder.write(runnable, to: "hoistway.service", mode: 0o644)
        let dropIns = "\(folder.path)/hoistway.service.d"
        try FileManager.default.createDirectory(atPath: dropIns, withIntermediateDirectories: true)
        for name in names {
            try folder.write(try Shipped.text("config/systemd/\(name)"), to: "hoistway.service.d/\(name)", mode: 0o644)
        }
        return folder
    }

    @Test func `systemd finds nothing wrong with the unit`() async throws {
        let analyze = try TestProgram.find("systemd-analyze", package: "systemd")
        let folder = try installed()
        defer { folder.remove() }
        let found = try await TestProgram.check(analyze, ["verify", "--man=no", "\(folder.path)/hoistway.service"])
        #expect(found.errors == "")
    }

    @Test func `systemd rates the unit's exposure below 2`() async throws {
        let analyze = try TestProgram.find("systemd-analyze", package: "systemd")
        let folder = try installed()
        defer { folder.remove() }
        // The threshold is in tenths; above it the command fails.
        try await TestProgram.check(
            analyze,
            ["security", "--offline=true", "--threshold=20", "\(folder.path)/hoistway.service"]
        )
    }

    @Test func `the drop-in for programs is sound, and the unit's exposure stays below 3 with it`() async throws {
        let analyze = try TestProgram.find("systemd-analyze", package: "systemd")
        let folder = try installed(["credentials.conf", "programs.conf"])
        defer { folder.remove() }
        let service = "\(folder.path)/hoistway.service"
        #expect(try await TestProgram.check(analyze, ["verify", "--man=no", service]).errors == "")
        try await TestProgram.check(analyze, ["security", "--offline=true", "--threshold=30", service])
        let page = try Shipped.text("Sources/hoistway/Documentation.docc/Deploy.md")
        #expect(page.contains("/usr/share/doc/hoistway/examples/programs.conf"))
    }

    @Test func `the unit waits for readiness, watches, and does not restart what a restart cannot mend`() {
        #expect(Shipped.values("Type", in: unit) == ["notify"])
        #expect(Shipped.values("WatchdogSec", in: unit) == ["60s"])
        // 78 is the program's own status for a configuration with errors, 243 systemd's for a missing credential.
        #expect(Shipped.values("RestartPreventExitStatus", in: unit) == ["78 243"])
        #expect(Shipped.values("LimitCORE", in: unit) == ["0"])
        let files = Shipped.values("LimitNOFILE", in: unit).compactMap { Int($0) }
        // Above the default of webhooks.maxConnections, with room for the state, Git hosts and registries.
        #expect(files.count == 1 && files[0] >= 4096)
    }

    @Test func `the packaged configuration loads with exactly the credentials that the unit gives`() throws {
        let names = try credentials.map { line in
            let parts = line.split(separator: ":")
            let name = String(try #require(parts.first))
            #expect(parts.last == "/etc/hoistway/credentials/\(name)")
            return name
        }
        let folder = try packaged()
        defer { folder.remove() }
        let (loaded, problems) = try Shipped.load("\(folder.path)/hoistway.yaml", credentials: names)
        // Its pipeline takes base/ along as it is: that is meant, and told.
        #expect(problems.errors == [])
        #expect(problems.map(\.message).allSatisfy { $0.hasPrefix("the stages prod and test copy from main, ") })
        #expect(loaded?.pipelines.projects.isEmpty == false)
        for missing in names {
            let fewer = try Shipped.load("\(folder.path)/hoistway.yaml", credentials: names.filter { $0 != missing })
            #expect(fewer.0 == nil, "nothing reads the credential \(missing)")
        }
    }

    @Test func `the pages on deploying create every credential that the shipped configuration names`() throws {
        let page = try Shipped.text("Sources/hoistway/Documentation.docc/Deploy.md")
        let created = page.matches(of: /tee \/etc\/hoistway\/credentials\/([a-z-]+)/).map { String($0.1) }
        #expect(Set(created) == Set(credentials.compactMap { $0.split(separator: ":").first.map(String.init) }))
        let cluster = try Shipped.text("Sources/hoistway/Documentation.docc/DeployContainer.md")
        let inKubernetes = cluster.matches(of: /--from-file=([a-z-]+)/).map { String($0.1) }
        #expect(Set(inKubernetes) == Set(created))
    }

    @Test func `the packaged configuration writes only to the unit's state folder, and begins by observing`() throws {
        let state = try #require(Shipped.values("StateDirectory", in: unit).first)
        let folder = try packaged()
        defer { folder.remove() }
        let names = credentials.compactMap { $0.split(separator: ":").first.map(String.init) }
        let settings = try #require(
            try Shipped.load("\(folder.path)/hoistway.yaml", credentials: names).0?.settings
        )
        #expect(settings.state.databasePath.hasPrefix("/var/lib/\(state)/"))
        #expect(settings.git.cachePath.hasPrefix("/var/lib/\(state)/"))
        #expect(settings.console.listen.isLoopback)
        #expect(settings.health.listen.isLoopback)
        #expect(settings.mode == .observe)
        let command = "/usr/bin/hoistway serve --config /etc/hoistway/hoistway.yaml"
        #expect(Shipped.values("ExecStart", in: unit) == [command])
    }

    /// `/etc/hoistway` as the package lays it out.
    private func packaged() throws -> TemporaryFolder {
        let folder = try TemporaryFolder("hoistway-etc")
        try folder.write(try Shipped.text("config/package/hoistway.yaml"), to: "hoistway.yaml")
        try FileManager.default.copyItem(
            atPath: "\(Shipped.package)/config/kubernetes/pipelines",
            toPath: "\(folder.path)/pipelines"
        )
        return folder
    }
}
