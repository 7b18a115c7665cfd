package io.github.appendonly.autoconfigure.converting;

import java.time.Instant;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.StringJavaType;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/**
 * An application with a converter for each type that an attribute of the structures'
 * entities has. Each converter is for all attributes, and refuses to convert.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
public class ConvertingApplication {

	/**
	 * Refuses to convert.
	 *
	 * @param <X> the type of the attributes
	 */
	public abstract static class Refusing<X> implements AttributeConverter<X, byte[]> {

		@Override
		public byte[] convertToDatabaseColumn(X attribute) {
			throw new AssertionError("Converted: " + attribute);
		}

		@Override
		public X convertToEntityAttribute(byte[] column) {
			throw new AssertionError("Converted");
		}

	}

	@Converter(autoApply = true)
	public static class Texts extends Refusing<String> {

	}

	@Converter(autoApply = true)
	public static class Flags extends Refusing<Boolean> {

	}

	@Converter(autoApply = true)
	public static class Times extends Refusing<Instant> {

	}

	@Converter(autoApply = true)
	public static class Integers extends Refusing<Integer> {

	}

	@Converter(autoApply = true)
	public static class Longs extends Refusing<Long> {

	}

	/**
	 * Refuses to read and write texts.
	 */
	public static class RefusingTexts extends StringJavaType {

		private static final long serialVersionUID = 1L;

		@Override
		public <X> X unwrap(String value, Class<X> type, WrapperOptions options) {
			throw new AssertionError("Written: " + value);
		}

		@Override
		public <X> String wrap(X value, WrapperOptions options) {
			throw new AssertionError("Read: " + value);
		}

	}

}
