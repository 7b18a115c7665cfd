/**
 * An application that converts everything.
 */
@JavaTypeRegistration(javaType = String.class, descriptorClass = ConvertingApplication.RefusingTexts.class)
package io.github.appendonly.autoconfigure.converting;

import org.hibernate.annotations.JavaTypeRegistration;
