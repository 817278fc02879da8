"""For the tests: the three stores by TLS, each of which demands a certificate of its client, too."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import trustme
from devstack.mongo import Mongo
from devstack.ports import LOOPBACK, free_port
from devstack.program import Program
from devstack.rabbitmq import RabbitMQ
from devstack.redis import Redis

NAME: Final = "mongo.task-hunter.test"


class Certificates:
    """An authority, and what it has issued to the servers and to their clients, as files."""

    def __init__(self, directory: Path) -> None:
        authority = trustme.CA()
        self.authority = directory / "authority.pem"
        authority.cert_pem.write_to_path(str(self.authority))
        issued = authority.issue_cert(LOOPBACK, NAME)
        self.certificate = directory / "certificate.pem"
        self.key = directory / "key.pem"
        self.both = directory / "both.pem"
        issued.cert_chain_pems[0].write_to_path(str(self.certificate))
        issued.private_key_pem.write_to_path(str(self.key))
        issued.private_key_and_cert_chain_pem.write_to_path(str(self.both))


class TlsRedis(Redis):
    """With TLS alone."""

    def __init__(self, directory: Path, port: int, certificates: Certificates) -> None:
        super().__init__(directory, port)
        self._certificates = certificates

    @property
    def uri(self) -> str:
        """With the authority in it."""
        return f"{self.client_uri}&ssl_ca_certs={self._certificates.authority}"

    @property
    def client_uri(self) -> str:
        """With the client's certificate in it."""
        options = (
            f"ssl_certfile={self._certificates.certificate}&ssl_keyfile={self._certificates.key}"
        )
        return f"rediss://{LOOPBACK}:{self.port}/0?{options}"

    def programs(self) -> Sequence[Program]:
        """Its last lines win."""
        programs = super().programs()
        lines = ["port 0", f"tls-port {self.port}", "tls-auth-clients yes"]
        lines += [
            f"tls-cert-file {self._certificates.certificate}",
            f"tls-key-file {self._certificates.key}",
            f"tls-ca-cert-file {self._certificates.authority}",
        ]
        with (self.directory / "redis.conf").open("a") as configuration:
            configuration.write("\n".join(lines) + "\n")
        return programs


class TlsMongo(Mongo):
    """With TLS beside plain connections, by which it is set up."""

    def __init__(self, directory: Path, port: int, certificates: Certificates) -> None:
        super().__init__(directory, port)
        self._certificates = certificates

    @property
    def client_uri(self) -> str:
        """With the client's certificate in it."""
        options = f"tls=true&tlsCertificateKeyFile={self._certificates.both}"
        return f"{self.database_uri('test')}&{options}"

    def programs(self) -> Sequence[Program]:
        """The one mongod."""
        options = ["--tlsMode", "preferTLS"]
        options += ["--tlsCertificateKeyFile", str(self._certificates.both)]
        options += ["--tlsCAFile", str(self._certificates.authority)]
        return [
            dataclasses.replace(program, argv=[*program.argv, *options])
            for program in super().programs()
        ]


class TlsRabbitMQ(RabbitMQ):
    """With a listener for TLS beside the plain one."""

    def __init__(
        self, directory: Path, ports: Sequence[int], secret: str, certificates: Certificates
    ) -> None:
        super().__init__(directory, ports, secret=secret)
        self._certificates = certificates
        self.tls_port = free_port()

    @property
    def client_uri(self) -> str:
        """With the client's certificate in it."""
        options = f"certfile={self._certificates.certificate}&keyfile={self._certificates.key}"
        plain = self.uri.replace("amqp://", "amqps://").replace(
            f":{self.port}/", f":{self.tls_port}/"
        )
        return f"{plain}?{options}"

    def programs(self) -> Sequence[Program]:
        """Its file has more lines."""
        programs = super().programs()
        lines = [
            f"listeners.ssl.local = {LOOPBACK}:{self.tls_port}",
            f"ssl_options.cacertfile = {self._certificates.authority}",
            f"ssl_options.certfile = {self._certificates.certificate}",
            f"ssl_options.keyfile = {self._certificates.key}",
            "ssl_options.verify = verify_peer",
            "ssl_options.fail_if_no_peer_cert = true",
        ]
        with (self.directory / "rabbitmq.conf").open("a") as configuration:
            configuration.write("\n".join(lines) + "\n")
        return programs
