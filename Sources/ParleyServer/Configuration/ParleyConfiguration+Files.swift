extension ParleyConfiguration {
    /// `data.…`, `admin.…` and `database.…`: where the state lives.
    package struct DataFiles: Sendable, Equatable {
        /// The folder of the server's state.
        package var directory: String
        /// The database file in it.
        package var database: String { directory + "/parley.sqlite3" }
        /// The Unix socket for administration.
        package var adminSocket: String
        /// Connections that read the database at the same time.
        package var databaseReaders: Int
        /// Connections for searches.
        package var databaseSearchers: Int

        init(reading values: inout ConfigurationValues) {
            directory = values.path(.dataDirectory)
            adminSocket = values.optionalPath(.adminSocket) ?? "\(directory)/admin.sock"
            databaseReaders = values.count(.databaseReaders)
            databaseSearchers = values.count(.databaseSearchers)
            // sockaddr_un.sun_path holds 108 bytes with the zero at its end.
            if adminSocket.utf8.count > 107 {
                values.note(
                    "admin.socket: the path '\(adminSocket)' is longer than the 107 bytes of a Unix socket's name",
                    about: [.adminSocket, .dataDirectory])
            }
        }
    }

    /// `tls.…`: the certificate.
    package struct TLS: Sendable, Equatable {
        /// Paths of a configured certificate chain and key.
        package struct Pair: Sendable, Equatable {
            /// PEM file of the chain, the server's own certificate first.
            package var certificate: String
            /// PEM file of the key.
            package var privateKey: String
        }

        /// The configured pair, nil for a development certificate.
        package var pair: Pair?
        /// Where the development certificate is made.
        package var developmentDirectory: String

        init(reading values: inout ConfigurationValues) {
            let certificate = values.optionalPath(.tlsCertificate)
            let privateKey = values.optionalPath(.tlsPrivateKey)
            if let certificate, let privateKey {
                pair = Pair(certificate: certificate, privateKey: privateKey)
            } else if certificate != nil || privateKey != nil {
                values.note(
                    "tls.certificate and tls.private_key are set together or not at all",
                    about: [.tlsCertificate, .tlsPrivateKey])
            }
            let data = values.pathForDefaults(.dataDirectory)
            developmentDirectory = values.optionalPath(.tlsDevelopmentDirectory) ?? "\(data)/certs"
        }
    }

    /// `files.…`: uploads.
    package struct Files: Sendable, Equatable {
        /// One file's largest size.
        package var maximumBytes: Int
        /// The largest sum of one user's files.
        package var quotaBytes: Int
        /// Files that one message may carry.
        package var perMessage: Int
        /// Uploads of one user at the same time.
        package var uploadsPerUser: Int
        /// Downloads of one user at the same time.
        package var downloadsPerUser: Int
        /// How long one upload may take.
        package var uploadTimeout: Duration
        /// How long a file that no message carries is kept.
        package var orphanLifetime: Duration
        /// Threads that write and read files.
        package var threads: Int

        init(reading values: inout ConfigurationValues) {
            maximumBytes = values.size(.filesMaximumBytes)
            quotaBytes = values.size(.filesQuotaBytes)
            perMessage = values.count(.filesPerMessage)
            uploadsPerUser = values.count(.filesUploadsPerUser)
            downloadsPerUser = values.count(.filesDownloadsPerUser)
            uploadTimeout = values.duration(.filesUploadTimeout)
            orphanLifetime = values.duration(.filesOrphanLifetime)
            threads = values.count(.filesThreads)
        }
    }
}
