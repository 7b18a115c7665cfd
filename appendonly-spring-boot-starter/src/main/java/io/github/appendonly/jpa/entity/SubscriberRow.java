package io.github.appendonly.jpa.entity;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import org.hibernate.annotations.ConcreteProxy;
import org.hibernate.annotations.JavaType;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.java.InstantJavaType;
import org.hibernate.type.descriptor.java.IntegerJavaType;
import org.hibernate.type.descriptor.java.LongJavaType;
import org.hibernate.type.descriptor.java.StringJavaType;
import org.jspecify.annotations.Nullable;

/**
 * A durable subscriber of a stack: its cursor, what failed, and which node has it.
 */
@Entity(name = "AppendOnlySubscriber")
@Table(name = "appendonly_subscriber")
@IdClass(SubscriberRow.Key.class)
@ConcreteProxy
public abstract class SubscriberRow {

	public static final int ID_LENGTH = 100;

	public static final int CAUSE_LENGTH = 1000;

	private static final int STATE_LENGTH = 10;

	private static final int OWNER_LENGTH = 100;

	/** The digits of a long and of an int, and a hyphen. */
	private static final int POSITION_LENGTH = 31;

	@Id
	@Column(name = "stack", length = StackRow.NAME_LENGTH)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private String stack;

	@Id
	@Column(name = "id", length = ID_LENGTH)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private String id;

	@Column(name = "state", nullable = false, length = STATE_LENGTH)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private String state;

	@Column(name = "cursor_position", nullable = false, length = POSITION_LENGTH)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private String cursorPosition;

	@Column(name = "moved_at", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(InstantJavaType.class)
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private Instant movedAt;

	@Column(name = "seen_at", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(InstantJavaType.class)
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private Instant seenAt;

	@Column(name = "attempts", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(IntegerJavaType.class)
	@JdbcTypeCode(SqlTypes.INTEGER)
	private int attempts;

	@Column(name = "failed_position", length = POSITION_LENGTH)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private @Nullable String failedPosition;

	@Column(name = "cause", length = CAUSE_LENGTH)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private @Nullable String cause;

	@Column(name = "failed_at")
	@Convert(disableConversion = true)
	@JavaType(InstantJavaType.class)
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private @Nullable Instant failedAt;

	@Column(name = "retry_at")
	@Convert(disableConversion = true)
	@JavaType(InstantJavaType.class)
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private @Nullable Instant retryAt;

	@Column(name = "batch_limit", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(IntegerJavaType.class)
	@JdbcTypeCode(SqlTypes.INTEGER)
	private int batchLimit;

	@Column(name = "limited_until", length = POSITION_LENGTH)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private @Nullable String limitedUntil;

	@Column(name = "skipped", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private long skipped;

	@Column(name = "skipped_position", length = POSITION_LENGTH)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private @Nullable String skippedPosition;

	@Column(name = "parked", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private long parked;

	@Column(name = "parked_cursor", nullable = false, length = POSITION_LENGTH)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private String parkedCursor;

	@Column(name = "replays", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private long replays;

	@Column(name = "token", nullable = false)
	@Convert(disableConversion = true)
	@JavaType(LongJavaType.class)
	@JdbcTypeCode(SqlTypes.BIGINT)
	private long token;

	@Column(name = "lease_owner", length = OWNER_LENGTH)
	@Convert(disableConversion = true)
	@JavaType(StringJavaType.class)
	@JdbcTypeCode(SqlTypes.VARCHAR)
	private @Nullable String leaseOwner;

	@Column(name = "lease_until")
	@Convert(disableConversion = true)
	@JavaType(InstantJavaType.class)
	@JdbcTypeCode(SqlTypes.TIMESTAMP_UTC)
	private @Nullable Instant leaseUntil;

	@SuppressWarnings({ "NullAway.Init", "unused" }) // for JPA
	protected SubscriberRow() {
	}

	public record Key(String stack, String id) {
	}

}
