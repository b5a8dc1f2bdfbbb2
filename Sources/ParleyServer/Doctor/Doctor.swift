import Database
import Foundation
package import Identity
import OpenSSLCrypto

/// Examines a configuration and the host without starting anything.
package struct Doctor: Sendable {
    private let configuration: ParleyConfiguration
    private let clock: WallClock

    package init(_ configuration: ParleyConfiguration, clock: WallClock = .system) {
        self.configuration = configuration
        self.clock = clock
    }

    /// All findings, at least one a check; blocks on the disk.
    package func examine() -> [Finding] {
        settings() + permissions() + certificate() + time() + openFiles() + database() + origins()
    }

    private func settings() -> [Finding] {
        let insecure = configuration.insecureSettings.map { setting in
            Finding(
                .configuration, .warning, "\(setting.key): \(setting.consequence)",
                remedy: "set \(setting.key) to what is needed and no more")
        }
        return insecure.isEmpty ? [Finding(.configuration, .ok, "every key has a value that it accepts")] : insecure
    }

    private func permissions() -> [Finding] {
        let data = configuration.data.directory
        var secrets = ["keys.json", "audit.key", "audit.head", "parley.sqlite3", "parley.sqlite3-wal", "lock"]
            .map { "\(data)/\($0)" }
        secrets += [configuration.data.adminSocket]
        secrets += configuration.tls.pair.map { [$0.privateKey] } ?? []
        let open = ([data] + secrets).compactMap { path -> Finding? in
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
                let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue
            else { return nil }
            // A key of TLS may be for a group that renews it: certbot's hooks do that.
            let refused = path == configuration.tls.pair?.privateKey ? 0o007 : 0o077
            guard mode & refused != 0 else { return nil }
            let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
            return Finding(
                .permissions, .failed,
                "\(path) may be used by other users of this machine (mode \(String(mode, radix: 8)))",
                remedy: "chmod \(isFolder ? "700" : "600") \(path)")
        }
        return open.isEmpty ? [Finding(.permissions, .ok, "secrets are for their owner alone")] : open
    }

    private func certificate() -> [Finding] {
        guard let pair = configuration.tls.pair else {
            return [
                Finding(
                    .certificate, .warning, "a development certificate is used, which browsers do not trust",
                    remedy: "set tls.certificate and tls.private_key")
            ]
        }
        do {
            return try findings(CertificateChain(path: pair.certificate), pair.certificate)
        } catch {
            return [
                Finding(.certificate, .failed, "\(error)", remedy: "put the certificate and its chain there, in PEM")
            ]
        }
    }

    private func findings(_ chain: CertificateChain, _ path: String) throws -> [Finding] {
        var findings: [Finding] = []
        let host = configuration.server.publicOrigin(port: configuration.server.listen.port).host
        if !chain.covers(host) {
            findings.append(
                Finding(
                    .certificate, .failed, "\(path) is not for \(host)",
                    remedy: "get a certificate for \(host), or set server.public_url to its name"))
        }
        let days = (chain.notAfter - clock.now / 1000) / 86_400
        if chain.notBefore > clock.now / 1000 {
            findings.append(
                Finding(.certificate, .failed, "\(path) is not valid yet", remedy: "check the clock of this machine"))
        } else if days < 14 {
            findings.append(
                Finding(
                    .certificate, chain.notAfter * 1000 <= clock.now ? .failed : .warning,
                    chain.notAfter * 1000 <= clock.now ? "\(path) has expired" : "\(path) ends in \(days) days",
                    remedy: "renew it; the server loads it again by itself"))
        }
        if let fault = try chain.fault() {
            findings.append(
                Finding(
                    .certificate, .warning, "this machine does not trust \(path): \(fault)",
                    remedy: "put the intermediate certificates behind the server's own; fine for an authority of yours")
            )
        }
        return findings.isEmpty
            ? [Finding(.certificate, .ok, "\(path) is for \(host), trusted, and good for \(days) days")] : findings
    }

    private func time() -> [Finding] {
        // 2026: when this was written. A machine without a clock of its own starts at 1970.
        guard clock.now > 1_767_225_600_000 else {
            return [
                Finding(.clock, .failed, "the clock stands before 2026", remedy: "set it, and run a time service")
            ]
        }
        let marks = ["/run/systemd/timesync/synchronized", "/run/chrony/chronyd.pid", "/run/ntpd.pid"]
        guard marks.contains(where: FileManager.default.fileExists) else {
            return [
                Finding(
                    .clock, .warning, "no time service is seen here: tokens and one-time codes go by the clock",
                    remedy: "run systemd-timesyncd or chrony; in a container that of the host counts")
            ]
        }
        return [Finding(.clock, .ok, "the clock is kept by a time service")]
    }

    private func openFiles() -> [Finding] {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return [] }
        // Beside the sockets: the database, log, listener and event loops.
        let needed = configuration.limits.connections + 200
        guard limit.rlim_max >= UInt(needed) else {
            return [
                Finding(
                    .openFiles, .failed, "\(limit.rlim_max) open files are allowed, \(needed) are needed",
                    remedy: "raise LimitNOFILE of the service (ulimit -n), or lower limits.connections")
            ]
        }
        return [Finding(.openFiles, .ok, "\(limit.rlim_max) open files are allowed, \(needed) are needed")]
    }

    private func database() -> [Finding] {
        let path = configuration.data.directory + "/parley.sqlite3"
        guard FileManager.default.fileExists(atPath: path) else {
            return [Finding(.database, .ok, "there is no database yet; the first start makes it")]
        }
        do {
            let engine = try SQLiteEngine(path: path)
            let words = try engine.readBlocking { try $0.all("PRAGMA quick_check") { $0.text(0) } }
            try engine.close()
            guard words == ["ok"] else {
                return [
                    Finding(
                        .database, .failed, "\(path) is damaged: \(words.first ?? "")",
                        remedy: "stop the server and restore it from a backup")
                ]
            }
            return [Finding(.database, .ok, "\(path) is whole")]
        } catch {
            return [
                Finding(
                    .database, .failed, "\(path) cannot be read: \(error)",
                    remedy: "run this as the server's user; if that does not help, restore it from a backup")
            ]
        }
    }

    private func origins() -> [Finding] {
        let server = configuration.server
        let own = server.publicOrigin(port: server.listen.port)
        guard server.publicURL != nil else {
            return [
                Finding(
                    .origins, .warning, "server.public_url is not set: links and origins are those of localhost",
                    remedy: "set it to the address that people use")
            ]
        }
        guard server.origins(port: server.listen.port).contains(own) else {
            return [
                Finding(
                    .origins, .failed, "server.allowed_origins leaves out the public address \(own)",
                    remedy: "add \(own) to server.allowed_origins")
            ]
        }
        return [Finding(.origins, .ok, "pages of \(own) may call the server")]
    }
}
