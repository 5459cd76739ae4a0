# Counts the HTTP requests that reach the given ports on loopback, without standing between: prints the number for each line it reads, and starts anew.
import select
import socket
import sys

METHODS = (b"GET ", b"POST ", b"HEAD ", b"OPTIONS ", b"PUT ", b"DELETE ", b"PATCH ")

ports = {int(port) for port in sys.argv[1:]}
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(0x0800))
wire.bind(("lo", 0))
wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 25)
print("ready", flush=True)
count = 0


def is_request(packet):
    ip = packet[14:]
    if ip[9] != socket.IPPROTO_TCP:
        return False
    tcp = ip[(ip[0] & 15) * 4 :]
    if int.from_bytes(tcp[2:4], "big") not in ports:
        return False
    return tcp[(tcp[12] >> 4) * 4 :].startswith(METHODS)


while True:
    readable, _, _ = select.select([wire, sys.stdin], [], [])
    if wire in readable:
        packet, address = wire.recvfrom(1 << 16)
        # Loopback shows each packet twice: as it leaves, and as it comes.
        if address[2] == socket.PACKET_HOST and is_request(packet):
            count += 1
    elif not sys.stdin.readline():
        break
    else:
        print(count, flush=True)
        count = 0
