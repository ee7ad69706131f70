import COpenSSL
import Clibgit2
import Clibyaml
import Cpcre2
import Csqlite
import Czlib
import Czstd

/// What the C libraries say of themselves at run time: the loaded ones count, not those of the build.
enum LinkedLibraries {
    static var versions: [(name: String, version: String)] {
        [
            ("libgit2", libgit2), ("OpenSSL", openSSL), ("SQLite", String(cString: sqlite3_libversion())),
            ("zstd", String(cString: ZSTD_versionString())), ("zlib", String(cString: zlibVersion())),
            ("libyaml", String(cString: yaml_get_version_string())), ("pcre2", pcre2),
        ]
    }

    private static var libgit2: String {
        var major: Int32 = 0
        var minor: Int32 = 0
        var revision: Int32 = 0
        git_libgit2_version(&major, &minor, &revision)
        return "\(major).\(minor).\(revision)"
    }

    private static var openSSL: String {
        "\(OPENSSL_version_major()).\(OPENSSL_version_minor()).\(OPENSSL_version_patch())"
    }

    /// `10.42 2022-12-11`: the date is left out.
    private static var pcre2: String {
        var text = [CChar](repeating: 0, count: 64)
        guard pcre2_config_8(UInt32(PCRE2_CONFIG_VERSION), &text) > 0 else { return "unknown" }
        let bytes = text.prefix { $0 != 0 && $0 != 32 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
