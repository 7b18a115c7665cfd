package io.github.appendonly.benchmarks.sse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Many clients of a server of events, on one thread.
 */
public final class EventClients implements AutoCloseable {

	/** Of HTTP 1.0, so that the answer comes as it is, without chunks. */
	private static final String REQUEST = "GET " + EventServer.PATH
			+ " HTTP/1.0\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";

	private static final int BUFFER = 64 * 1024;

	private final Selector selector;

	private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);

	private final List<EventClient> clients = new ArrayList<>();

	private final Thread thread = new Thread(this::read, "event clients");

	private volatile boolean closed;

	/**
	 * Connects clients.
	 * @param port the port of the server
	 * @param count the number of clients
	 * @param arrival is given the number of each item that any client gets
	 */
	public EventClients(int port, int count, LongConsumer arrival) {
		try {
			this.selector = Selector.open();
			for (int i = 0; i < count; i++) {
				SocketChannel channel = SocketChannel
					.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
				channel.write(ByteBuffer.wrap(REQUEST.getBytes(StandardCharsets.UTF_8)));
				channel.configureBlocking(false);
				EventClient client = new EventClient(arrival);
				this.clients.add(client);
				channel.register(this.selector, SelectionKey.OP_READ, client);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.thread.setDaemon(true);
		this.thread.start();
	}

	private void read() {
		try {
			while (!this.closed) {
				this.selector.select(this::read);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void read(SelectionKey key) {
		EventClient client = (EventClient) key.attachment();
		try {
			this.buffer.clear();
			if (((SocketChannel) key.channel()).read(this.buffer) < 0) {
				client.ended();
				key.channel().close();
			}
			client.read(this.buffer.flip());
		}
		catch (IOException ex) {
			client.ended();
			key.cancel();
		}
	}

	/**
	 * The clients.
	 * @return the clients
	 */
	public List<EventClient> clients() {
		return List.copyOf(this.clients);
	}

	@Override
	public void close() {
		if (this.closed) {
			return;
		}
		this.closed = true;
		this.selector.wakeup();
		try {
			this.thread.join();
			for (SelectionKey key : List.copyOf(this.selector.keys())) {
				key.channel().close();
			}
			this.selector.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
